"""The cards of the machine the tests run on: all that is sure is its loopback."""

from net.addresses import canonical_host
from net.interfaces import CardWatch


def test_loopback_is_a_card_and_comes_first() -> None:
    cards = CardWatch().look()
    assert cards[0].is_loopback
    assert "127.0.0.1" in cards[0].hosts
    assert [str(network) for network in cards[0].networks] == ["127.0.0.1/8"]
    assert not any(card.is_loopback for card in cards[1:])


def test_every_address_of_a_card_is_in_its_one_spelling() -> None:
    for card in CardWatch().look():
        assert card.networks or card.link_local
        assert card.hosts == {canonical_host(host) for host in card.hosts}
        assert {str(network.ip) for network in card.networks} <= card.hosts
        if card.link_local:
            assert card.link_local in card.hosts
            assert card.link_local.endswith(f"%{card.name}")


def test_what_did_not_change_is_not_worked_out_again() -> None:
    watch = CardWatch()
    assert watch.look() == watch.look()


def test_only_addresses_asked_for_are_used() -> None:
    (card,) = CardWatch(["127.0.0.1"]).look()
    assert card.is_loopback
    assert CardWatch(["198.51.100.7"]).look() == ()
