"""How the network stands, for whoever asks."""

from ipaddress import ip_address

from app.diagnosis import CardView, NetworkView
from app.engine.core import Core
from app.engine.people import People
from app.engine.presence import Presence
from app.engine.reaching import Reaching
from net.facts import CardFacts
from net.protocol.limits import DEFAULT_PORT


def diagnose(core: Core, people: People, presence: Presence, reaching: Reaching) -> NetworkView:
    facts = core.node.facts
    by_stream = sum(one.is_online and core.node.is_by_stream(one.peer) for one in people)
    return NetworkView(
        cards=tuple(map(_view_of, facts.cards)),
        port=facts.port,
        is_port_moved=facts.port != DEFAULT_PORT,
        is_listening=facts.is_listening,
        heard=facts.heard,
        here=presence.online_count,
        by_stream=by_stream,
        unanswered=reaching.unanswered(),
    )


def _view_of(card: CardFacts) -> CardView:
    """An address that only means something on this computer is none to tell."""
    hosts = [host for host in card.hosts if "%" not in host]
    hosts.sort(key=lambda host: (ip_address(host).version, host))
    return CardView(card.name, tuple(hosts), card.is_virtual, card.is_spoken, card.is_heard)
