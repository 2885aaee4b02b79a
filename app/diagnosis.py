"""Why somebody is not seen: from what the network does to what that means. Pure."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class CardView:
    """One network card. ``addresses``: those that others could type, IPv4 first.

    ``is_virtual``: a VPN's. ``is_spoken``: what we send leaves by it. ``is_heard``: our own
    words come back from there; None where that says nothing.
    """

    name: str
    addresses: tuple[str, ...] = ()
    is_virtual: bool = False
    is_spoken: bool = True
    is_heard: bool | None = None


@dataclass(frozen=True, slots=True)
class NetworkView:
    cards: tuple[CardView, ...] = ()
    port: int = 0
    is_port_moved: bool = False
    """Not the usual one, which another program has."""
    is_listening: bool = True
    """The port that all share to find each other is to be had."""
    heard: int = 0
    """Others of whom the network told of late, whether they answer or not."""
    here: int = 0
    """People with whom there is a session."""
    by_stream: int = 0
    """Of these, those whom only TCP reaches."""
    unanswered: int = 0
    """Others who are heard, but with whom no session comes about."""


class Finding(StrEnum):
    """Part of the headless contract: never renamed. The worst first."""

    NO_NETWORK = "no_network"
    NOT_LISTENING = "not_listening"
    """Another program keeps the shared port for itself."""
    NOT_SPOKEN = "not_spoken"
    """The system refuses to send by some card."""
    KEPT_OUT = "kept_out"
    """Not even our own words come in: a firewall on this computer."""
    UNANSWERED = "unanswered"
    """Somebody is heard who does not answer: a firewall on either side."""
    BY_STREAM = "by_stream"
    """Somebody is reached by TCP only: UDP is blocked on the way."""
    NOBODY_HEARD = "nobody_heard"
    """All is well here, and there is nobody: another network, or one that keeps devices apart."""
    VPN = "vpn"
    """A tunnel is in use, and nobody is here."""
    PORT_MOVED = "port_moved"
    """A firewall has to know the other number."""


def find(view: NetworkView) -> tuple[Finding, ...]:
    """Empty when there is nothing to say: somebody is here, and nothing is in the way."""
    if not view.cards:
        return (Finding.NO_NETWORK,)
    real = [card for card in view.cards if not card.is_virtual]
    is_alone = view.here == 0
    is_kept_out = {card.is_heard for card in real} - {None} == {False}
    told = {
        Finding.NOT_LISTENING: not view.is_listening,
        Finding.NOT_SPOKEN: any(not card.is_spoken for card in real),
        Finding.KEPT_OUT: view.is_listening and is_kept_out,
        Finding.UNANSWERED: view.unanswered > 0,
        Finding.BY_STREAM: view.by_stream > 0,
        Finding.NOBODY_HEARD: view.is_listening and is_alone and not (view.heard or is_kept_out),
        Finding.VPN: is_alone and any(card.is_virtual for card in view.cards),
        Finding.PORT_MOVED: view.is_port_moved,
    }
    return tuple(finding for finding, is_so in told.items() if is_so)
