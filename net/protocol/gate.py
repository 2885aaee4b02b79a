"""Who may cost us a handshake: asked before any key agreement, by datagrams and streams alike.

Contacts' hosts have a share of their own, so that no number of strangers keeps them out.
Source: PROTOCOL, "Datagram handshake" and "Streams".
"""

from collections.abc import Callable
from typing import Final

from net.protocol.rates import Rates, TokenBucket

IsKnownHost = Callable[[str], bool]
"""Whether a contact has proven to be at this host."""

HOST_RATE, HOST_BURST = 16.0, 64.0
"""Handshakes of one host: a machine full of profiles, or one that attacks."""
ALL_RATE, ALL_BURST = 300.0, 512.0
"""Handshakes in all, some 0.4 ms each: an eighth of a core at the worst, and a network of
a thousand that starts at once is through in two seconds."""
KNOWN_HOST_RATE, KNOWN_HOST_BURST = 32.0, 128.0
"""Of one contact's host: a transfer is a stream, and so a handshake."""
KNOWN_RATE, KNOWN_BURST = 128.0, 512.0
"""Of contacts' hosts in all: a twentieth of a core that strangers cannot use up."""
PROOF_RATE, PROOF_BURST = 600.0, 1024.0
"""RESPONSEs and FINISHes looked into, of strangers' hosts in all: who sees our packets can make us
work no harder."""
KNOWN_PROOF_RATE, KNOWN_PROOF_BURST = 200.0, 512.0
"""Of contacts' hosts in all, beside these."""
CALL_PROOF_RATE, CALL_PROOF_BURST = 8.0, 16.0
"""Of one call: whoever makes one, or sees one, does not use up what is for the others."""
HOSTS_MAX: Final = 4096
"""Whose rate is watched. The one silent longest is forgotten: its rate was low."""


def nobody(_host: str) -> bool:
    return False


class Gate:
    def __init__(self, is_known: IsKnownHost, now_s: float) -> None:
        self._is_known = is_known
        self._hosts = Rates[str](HOST_BURST, HOST_RATE, HOSTS_MAX)
        self._all = TokenBucket(ALL_BURST, ALL_RATE, now_s)
        self._known_hosts = Rates[str](KNOWN_HOST_BURST, KNOWN_HOST_RATE, HOSTS_MAX)
        self._known = TokenBucket(KNOWN_BURST, KNOWN_RATE, now_s)

    def admits(self, host: str, now_s: float) -> bool:
        """One handshake. ``host`` has proven that it can be reached there."""
        is_known = self._is_known(host) and self._known_hosts.take(host, now_s)
        if is_known and self._known.take(now_s):
            return True
        return self._hosts.take(host, now_s) and self.admits_anyone(now_s)

    def admits_anyone(self, now_s: float) -> bool:
        """One handshake with who knows where."""
        return self._all.take(now_s)


def new_proofs(now_s: float) -> TokenBucket:
    """For one call."""
    return TokenBucket(CALL_PROOF_BURST, CALL_PROOF_RATE, now_s)


class ProofGate:
    """Which last words of handshakes are looked into: each costs key agreements, and anyone who
    has seen a call can send as many as they like."""

    def __init__(self, is_known: IsKnownHost, now_s: float) -> None:
        self._is_known = is_known
        self._all = TokenBucket(PROOF_BURST, PROOF_RATE, now_s)
        self._known = TokenBucket(KNOWN_PROOF_BURST, KNOWN_PROOF_RATE, now_s)

    def admits(self, proofs: TokenBucket, host: str, now_s: float) -> bool:
        """``proofs``: the call's own. ``host``: where we called, or have answered."""
        if not proofs.take(now_s):
            return False
        return (self._is_known(host) and self._known.take(now_s)) or self._all.take(now_s)
