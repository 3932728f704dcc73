"""Whose turn it is to tell the health: once, and always somebody's."""

from itertools import permutations

import msgspec
import pytest

from streaming.gateway.deployment.gateway_counts import GatewayCounts
from streaming.gateway.deployment.health_turn import HealthTurn


class Gateway:
    """A gateway as the others see it, with its turn."""

    def __init__(self, name: str, started_at: int) -> None:
        self.turn = HealthTurn()
        self.counts = GatewayCounts(process_id=name, started_at=started_at, connections=0)
        self.reaches_database = True

    def look(self, *others: "Gateway") -> int | None:
        """Decide, and let the others know."""
        heard = [other.counts for other in others if other is not self]
        epoch = self.turn.epoch(self.counts, heard, database_answers=self.reaches_database)
        self.counts = msgspec.structs.replace(self.counts, health_epoch=epoch)
        return epoch


@pytest.fixture
def gateways() -> list[Gateway]:
    """Return three, the oldest first; the second holds the lease, with the number 5."""
    three = [Gateway(name, started_at) for name, started_at in (("a", 1), ("b", 2), ("c", 3))]
    three[1].turn.held = 5
    for gateway in three * 2:
        gateway.look(*three)
    return three


def speakers(gateways: list[Gateway]) -> dict[str, int]:
    """Let each look twice, and return who speaks with which epoch."""
    for _ in range(2):
        epochs = {gateway.counts.process_id: gateway.look(*gateways) for gateway in gateways}
    return {name: epoch for name, epoch in epochs.items() if epoch is not None}


def lose_database(gateways: list[Gateway]) -> None:
    """Let nobody reach the database any more, nor hold the lease."""
    for gateway in gateways:
        gateway.reaches_database = False
        gateway.turn.held = None


def test_it_is_the_holders(gateways: list[Gateway]) -> None:
    assert speakers(gateways) == {"b": 5}


def test_it_is_nobodys_while_the_lease_is_free_but_can_be_had(gateways: list[Gateway]) -> None:
    gateways[1].turn.held = None
    assert speakers(gateways) == {}


def test_it_stays_with_the_last_holder_while_the_database_is_away(gateways: list[Gateway]) -> None:
    lose_database(gateways)
    assert speakers(gateways) == {"b": 5}
    assert speakers(list(reversed(gateways))) == {"b": 5}


def test_it_goes_to_the_oldest_where_the_holder_has_gone_too(gateways: list[Gateway]) -> None:
    lose_database(gateways)
    del gateways[1]
    assert speakers(gateways) == {"a": 5}
    del gateways[0]
    assert speakers(gateways) == {"c": 5}


def test_it_is_the_holders_though_another_is_cut_off_from_the_database(gateways: list[Gateway]) -> None:
    gateways[0].reaches_database = False
    assert speakers(gateways) == {"b": 5}


def test_it_passes_to_a_new_holder_where_the_old_one_alone_is_cut_off(gateways: list[Gateway]) -> None:
    gateways[1].reaches_database = False
    gateways[1].turn.held = None
    assert speakers(gateways) == {"b": 5}
    gateways[2].turn.held = 6
    assert speakers(gateways) == {"c": 6}


def test_it_ends_once_the_database_answers(gateways: list[Gateway]) -> None:
    lose_database(gateways)
    del gateways[1]
    assert speakers(gateways) == {"a": 5}
    for gateway in gateways:
        gateway.reaches_database = True
    gateways[1].turn.held = 6
    assert speakers(gateways) == {"c": 6}


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_it_becomes_one_gateways_where_nobody_ever_held_the_lease(order: tuple[int, ...]) -> None:
    strangers = [Gateway(name, 7) for name in "abc"]
    lose_database(strangers)
    for gateway in strangers:
        assert gateway.look() == 1, "it knows of no other yet"
    assert len(speakers([strangers[index] for index in order])) == 1
