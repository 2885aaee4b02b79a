"""Misdeeds in transfers: as the sender of what is fetched, as the receiver of what is offered."""

from collections.abc import Callable
from typing import Final

from net.protocol.transfer import Accept, Files, Piece
from tests.hostile.attacker import Attacker, hello_for
from tests.hostile.lies import (
    CUTS,
    LIES,
    LYING_OFFERS,
    ODD_NAMES,
    QUESTIONS,
    RECEIVERS,
    REFUSED_NAMES,
    SMUGGLED,
)
from tests.hostile.trick import FILE, FOLDER, PLAIN, Row, Trick
from tests.unit.net.transfer.talk import End

Fraud = Callable[[Attacker], None]


def _plain() -> Trick:
    return Trick(PLAIN, b"x" * 15)


def _lie(of: Callable[[Trick], Callable[[End], None]]) -> Fraud:
    def do(attacker: Attacker) -> None:
        trick = _plain()
        attacker.deceive(trick, of(trick))

    return do


def show_something_else(attacker: Attacker) -> None:
    for lies in LYING_OFFERS.values():
        trick = _plain()
        attacker.deceive(trick, trick.give_all, **lies)


def say_headers_that_are_none(attacker: Attacker) -> None:
    for body in SMUGGLED:
        attacker.deceive(_plain(), lambda end, body=body: end.say_bytes(body))  # type: ignore[misc]


def lie_about_the_manifest(attacker: Attacker) -> None:
    for more, digest in ((1, ""), (-1, ""), (1 << 40, ""), (0, "0" * 64)):
        trick = _plain()
        accept = Accept(len(trick.manifest) + more, digest or trick.accept.manifest_hash)
        attacker.deceive(trick, lambda end, accept=accept: end.say(accept))  # type: ignore[misc]


def name_what_leads_elsewhere(attacker: Attacker) -> None:
    for name in REFUSED_NAMES.values():
        rows: list[Row] = [(0, FOLDER, "top", 0, 0), (1, FILE, name, 1, 0)]
        trick = Trick(rows, b"x")
        attacker.deceive(trick, trick.give_all)


def name_what_lands_oddly(attacker: Attacker) -> None:
    rows: list[Row] = [(0, FOLDER, "top", 0, 0)]
    rows += [(1, FILE, name, 1, 0) for name in ODD_NAMES]
    trick = Trick(rows, bytes(len(ODD_NAMES)))
    attacker.deceive(trick, trick.give_all)


def trickle_content(attacker: Attacker) -> None:
    """A byte in each record, and then an end before the last."""
    trick = Trick([(0, FILE, "film", 500, 0)], bytes(500))

    def play(end: End) -> None:
        trick.give_manifest(end)
        end.hear_fetch()
        end.say(Files(0, 1, 0, 500))
        for byte in trick.content[:-1]:
            end.give(bytes((byte,)))

    attacker.deceive(trick, play)


def come_and_never_read(attacker: Attacker) -> None:
    """All of it is asked for, and stays where it is as long as the attacker is there."""
    offer = attacker.take_offer()
    end = attacker.dial(hello_for(offer))
    attacker.keep(end.sock)
    accept = end.hear_header()
    assert isinstance(accept, Accept)
    end.hear_content(accept.manifest_size)
    end.ask(Piece(0, offer.files, 0, offer.size_bytes))


def come_for_what_is_others(attacker: Attacker) -> None:
    with attacker.stranger("Nobody who fetches") as other:
        other.meet(attacker.port)
        mine, attacker.mallory = attacker.mallory, other
        try:
            attacker.fetch(lambda _: None)
        finally:
            attacker.mallory = mine


SENDING: Final[dict[str, Fraud]] = {
    **{name: _lie(of) for name, of in LIES.items()},
    **{f"cut-{name}": _lie(of) for name, of in CUTS.items()},
    "other-than-shown": show_something_else,
    "headers-that-are-none": say_headers_that_are_none,
    "other-manifest": lie_about_the_manifest,
    "names-that-lead-elsewhere": name_what_leads_elsewhere,
    "odd-names": name_what_lands_oddly,
    "byte-by-byte": trickle_content,
}


def _ask(say: Callable[[End], object]) -> Fraud:
    return lambda attacker: attacker.fetch(say)


ASKING: Final[dict[str, Fraud]] = {
    **{name: _ask(say) for name, say in {**RECEIVERS, **QUESTIONS}.items()},
    "never-read": come_and_never_read,
    "of-others": come_for_what_is_others,
}
