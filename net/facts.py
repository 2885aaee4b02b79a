"""What the network does for us right now, as the sockets see it: for people who ask why."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CardFacts:
    """One card in use, loopback not among them. ``hosts``: its canonical addresses.

    ``is_virtual``: a tunnel, as VPNs make them. ``is_spoken``: the last beacon left by every
    address of it. ``is_heard``: our own beacons come back from there, as they do wherever
    nothing on this machine keeps them out; None as long as that cannot be told.
    """

    name: str
    hosts: tuple[str, ...]
    is_virtual: bool
    is_spoken: bool
    is_heard: bool | None


@dataclass(frozen=True, slots=True)
class NetworkFacts:
    """``is_listening``: discovery's port is ours to hear on. ``heard``: ids of others whose
    beacons came lately, proven or not."""

    cards: tuple[CardFacts, ...]
    port: int
    is_listening: bool
    heard: int
