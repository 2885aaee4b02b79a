"""Two processes that have met on a simulated network."""

import pytest

from tests.sim.network import Host, Network


@pytest.fixture
def network() -> Network:
    return Network(7)


@pytest.fixture
def met(network: Network) -> tuple[Network, Host, Host]:
    a, b = network.add("a"), network.add("b")
    network.meet(a, b)
    a.events.clear()
    b.events.clear()
    return network, a, b
