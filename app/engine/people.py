"""Everybody the engine knows: remembered from the store, or met since the start."""

import asyncio
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from app.engine.core import Core
from app.errors import ErrorCode, KnownError
from app.events import PersonChanged
from app.model import Person, Transfer, Trust, Way
from app.store.types import StoredPerson, StoredTransfer
from app.store.writer import Writer
from net.addresses import format_address
from net.protocol.delivery import RoundTrip
from net.protocol.identity import PeerId, decode_peer_id, encode_peer_id
from net.protocol.limits import PORT_MIN
from net.protocol.packet import Address
from net.protocol.rates import TokenBucket
from net.protocol.text import clean_name

RENAMES_BURST, RENAMES_PER_S = 5, 0.2
"""Of one person: who changes names faster is heard later, and the list does not flicker."""
EFFORT_BURST, EFFORT_PER_S = 0.5, 0.25
"""Seconds of the engine that entries of rooms, from one person, may take. A log may be made so that
each costs 15 ms; whoever sends it waits, and nobody else."""
STRANGERS_MAX = 4096
"""Remembered though we never had to do with them: more than one network has. It costs
nothing to make up identities, so the ones longest away are forgotten."""
FORGOTTEN_AT_ONCE = 512
"""With one look at all, so that not every newcomer costs one."""
UNASKED_ENTRIES_MAX = 10_000
"""Of who is trusted up to a size: a million empty files and folders take gigabytes, too."""
_PREFIX = re.compile(r"[A-Za-z2-7]{6,52}")


@dataclass(slots=True, eq=False)
class Acquaintance:
    """One person as the engine sees them: what is stored, and how things are right now."""

    peer: PeerId
    text_id: str
    public_key: bytes
    name: str = ""
    device: str = ""
    app_version: str = ""
    trust: Trust = Trust.NEW
    auto_accept: bool = False
    auto_accept_max_bytes: int | None = None
    muted: bool = False
    way: Way | None = None
    """Who reached whom for the last transfer."""
    addresses: list[Address] = field(default_factory=list)
    """Where they were reached before, newest first."""
    is_online: bool = False
    address: Address | None = None
    tcp_port: int = 0
    epoch: bytes = b""
    """Of their running process, told inside the session."""
    former_epochs: tuple[bytes, ...] = ()
    """Of those before it, while they are here."""
    is_cloned: bool = False
    """A process came back after another with the same key: both run, on two computers."""
    hello_serial: int = -1
    """Newest of theirs that we took in, within this session."""
    unheard_serial: int | None = None
    """Our newest hello, until they confirm that very one."""
    hello_again: asyncio.TimerHandle | None = None
    heard_s: float = 0.0
    """When something of theirs last arrived through the session (monotonic)."""
    beacon_s: float = 0.0
    """When a beacon of their running process last came: a hint, for anyone can send one."""
    has_pending: bool = False
    """Something of ours is not acknowledged by them."""
    renames: TokenBucket = field(
        default_factory=lambda: TokenBucket(RENAMES_BURST, RENAMES_PER_S, 0.0)
    )
    effort: TokenBucket = field(
        default_factory=lambda: TokenBucket(EFFORT_BURST, EFFORT_PER_S, 0.0)
    )
    """Seconds."""
    is_kept: bool = False
    """There is something of theirs on this disk, or was at the start."""
    round_trip: RoundTrip = field(default_factory=RoundTrip)
    successor: PeerId | None = None
    """Who came with their name and device, but another key: see app/engine/keys.py."""
    is_moved: bool = False
    """The user has decided that it is them."""
    is_held: bool = False
    """They have not accepted us, and something of ours waits for that."""
    picture: bytes | None = None
    """The hash of theirs that is on the disk."""
    told_picture: bytes | None = None
    """The one that their last Hello told."""
    told: Person | None = None

    @property
    def is_contact(self) -> bool:
        return self.trust.is_contact

    @property
    def is_forgettable(self) -> bool:
        is_ours = self.is_kept or self.is_online or self.has_pending
        return self.trust is Trust.NEW and not (is_ours or self.muted or self.auto_accept)

    def takes_unasked(self, offer: Transfer) -> bool:
        """Whether an offer of theirs is accepted without a question; none while it is not
        clear who has their name."""
        limit = self.auto_accept_max_bytes
        is_small = offer.files + offer.folders <= UNASKED_ENTRIES_MAX
        is_within = limit is None or (is_small and offer.size_bytes <= limit)
        return self.auto_accept and self.is_contact and is_within and self.successor is None

    @property
    def stream_address(self) -> Address | None:
        """Where their TCP streams are answered, None while away.

        Ports of other services are nobody's: nobody shall make us call there.
        """
        if self.address is None or self.tcp_port < PORT_MIN:
            return None
        return self.address[0], self.tcp_port

    @property
    def stream_addresses(self) -> tuple[Address, ...]:
        """Where their TCP streams may be answered: where they are now, then where they were
        before. Empty while away."""
        if self.stream_address is None:
            return ()
        others = [(host, self.tcp_port) for host, _ in self.addresses]
        return tuple(dict.fromkeys([self.stream_address, *others]))

    def save_to(self, w: Writer, now_ms: int) -> None:
        w.save_person(
            self.peer,
            self.public_key,
            name=self.name,
            device=self.device,
            app_version=self.app_version,
            now_ms=now_ms,
        )

    def view(self) -> Person:
        rtt_s = self.round_trip.smoothed_s
        return Person(
            peer_id=self.text_id,
            name=self.name,
            device=self.device,
            is_online=self.is_online,
            address=format_address(self.address) if self.address and self.is_online else None,
            trust=self.trust,
            rtt_ms=round(rtt_s * 1000, 2) if rtt_s is not None and self.is_online else None,
            auto_accept=self.auto_accept,
            auto_accept_max_bytes=self.auto_accept_max_bytes,
            muted=self.muted,
            app_version=self.app_version,
            successor=encode_peer_id(self.successor) if self.successor else None,
            is_moved=self.is_moved,
            is_held=self.is_held,
            is_cloned=self.is_cloned,
            picture=self.picture.hex() if self.picture and self.is_contact else "",
        )


class People:
    def __init__(self, core: Core) -> None:
        self._core = core
        self._by_peer: dict[PeerId, Acquaintance] = {}
        self._by_text: dict[str, Acquaintance] = {}
        self._roof = STRANGERS_MAX
        self._contact_hosts: frozenset[str] | None = None
        """None: to be gathered anew."""
        self.on_forgotten: Callable[[PeerId], None]
        """Set by the engine: others keep things by person, too."""
        self.on_decided: Callable[[Acquaintance], None] = lambda _: None
        """Set by the engine: somebody is no stranger any more, or blocked."""

    def __iter__(self) -> Iterator[Acquaintance]:
        return iter(self._by_peer.values())

    def __len__(self) -> int:
        return len(self._by_peer)

    def load(self, stored: StoredPerson, addresses: list[Address]) -> None:
        person = Acquaintance(
            peer=stored.peer_id,
            text_id=encode_peer_id(stored.peer_id),
            public_key=stored.public_key,
            name=stored.name,
            device=stored.device,
            app_version=stored.app_version,
            trust=stored.trust,
            auto_accept=stored.auto_accept,
            auto_accept_max_bytes=stored.auto_accept_max_bytes,
            muted=stored.muted,
            way=stored.way,
            successor=stored.successor,
            is_moved=stored.is_moved,
            picture=stored.picture,
            addresses=addresses,
            is_kept=True,
        )
        self._add(person)

    def get(self, peer: PeerId) -> Acquaintance | None:
        return self._by_peer.get(peer)

    def is_contact_host(self, host: str) -> bool:
        """Whether a contact was reached there before."""
        if self._contact_hosts is None:
            contacts = (person for person in self if person.is_contact)
            self._contact_hosts = frozenset(host for p in contacts for host, _ in p.addresses)
        return host in self._contact_hosts

    def on_address(self, person: Acquaintance) -> None:
        """They were reached at another address than before."""
        if person.is_contact:
            self._contact_hosts = None

    def meet(self, peer: PeerId, public_key: bytes, name: str = "") -> Acquaintance:
        """The person behind a proven key; new ones are remembered on disk too. ``name``: what
        others call them."""
        known = self._by_peer.get(peer)
        if known:
            return known
        text_id = encode_peer_id(peer)
        person = Acquaintance(peer, text_id, public_key, name=name or fallback_name(text_id))
        if len(self._by_peer) >= self._roof:
            self._make_room()
        self._add(person)
        self.save(person)
        return person

    def _add(self, person: Acquaintance) -> None:
        self.on_address(person)
        self._by_peer[person.peer] = person
        self._by_text[person.text_id] = person

    def _make_room(self) -> None:
        """Forgets strangers who are away, the silent longest first, here and on the disk.

        The disk goes by who was saved last: first everybody who stays.
        """
        away = [p for p in self if p.is_forgettable and not self._core.node.has_session(p.peer)]
        away.sort(key=lambda person: person.heard_s)
        for person in away[:FORGOTTEN_AT_ONCE]:
            self.drop(person)
        self._roof = max(STRANGERS_MAX, len(self) + FORGOTTEN_AT_ONCE // 2)
        for person in self:
            if person.trust is Trust.NEW:
                self.save(person)
        self._core.write_later(lambda w: w.forget_strangers(len(self) + FORGOTTEN_AT_ONCE))

    def save(self, person: Acquaintance) -> None:
        now_ms = self._core.now_ms()
        self._core.write_later(lambda w: person.save_to(w, now_ms))

    def rename(self, person: Acquaintance, name: str, device: str, app_version: str) -> None:
        """What a peer says of itself, made safe to show."""
        person.name = clean_name(name, fallback_name(person.text_id))
        person.device = clean_name(device, "")
        person.app_version = clean_name(app_version, "")

    def drop(self, person: Acquaintance) -> None:
        """Nothing of them is on the disk any more."""
        self._by_peer.pop(person.peer, None)
        self._by_text.pop(person.text_id, None)
        self.on_forgotten(person.peer)

    def find(self, text: str) -> Acquaintance:
        """By full id, unique prefix or unique name.

        Raises KnownError UNKNOWN_PERSON or AMBIGUOUS_PERSON.
        """
        exact = self._by_text.get(text) or self._by_shown_id(text)
        if exact:
            return exact
        found = [p for p in self if p.name == text or _is_prefix(text, p.text_id)]
        if not found:
            raise KnownError(ErrorCode.UNKNOWN_PERSON, f"nobody known is called {text[:64]!r}")
        if len(found) > 1:
            detail = f"{len(found)} people are called {text[:64]!r}; use the id"
            raise KnownError(ErrorCode.AMBIGUOUS_PERSON, detail)
        return found[0]

    def _by_shown_id(self, text: str) -> Acquaintance | None:
        """With dashes, check characters, small letters."""
        try:
            return self._by_peer.get(decode_peer_id(text))
        except ValueError:
            return None

    def of(self, stored: StoredTransfer) -> Acquaintance:
        """Whom a transfer is with. Raises KnownError UNKNOWN_PERSON."""
        person = self._by_peer.get(stored.peer_id)
        if person is None:
            raise KnownError(ErrorCode.UNKNOWN_PERSON, "the person of this transfer is not known")
        return person

    def set_trust(self, person: Acquaintance, trust: Trust) -> None:
        before, person.trust = person.trust, trust
        self._contact_hosts = None
        if trust is not before and trust is not Trust.NEW:
            self.on_decided(person)
        if self._core.node.has_session(person.peer) or person.is_contact:
            self._core.node.pin(person.peer, is_contact=person.is_contact)
        else:
            self._core.node.unpin(person.peer)

    def tell(self, person: Acquaintance, ref: str | None = None) -> None:
        """Tells the shell, if there is anything new that a user could see."""
        view = person.view()
        if ref is not None or person.told is None or _visible(view) != _visible(person.told):
            person.told = view
            self._core.emit(PersonChanged(view, ref))

    def tell_again(self, person: Acquaintance) -> None:
        """Whatever was told before is not known any more."""
        person.told = None
        self.tell(person)


def fallback_name(text_id: str) -> str:
    """For someone who has not told a usable name."""
    return text_id[:8]


def _is_prefix(text: str, text_id: str) -> bool:
    return _PREFIX.fullmatch(text) is not None and text_id.startswith(text.upper())


def _visible(person: Person) -> tuple[object, ...]:
    """All but the round trip, which changes with every packet: that it is known is enough."""
    fields = (person.name, person.device, person.is_online, person.address, person.trust)
    limit = person.auto_accept_max_bytes
    rest = (person.successor, person.is_moved, person.is_held, person.is_cloned, person.picture)
    return (*fields, person.auto_accept, limit, person.muted, person.rtt_ms is None, *rest)
