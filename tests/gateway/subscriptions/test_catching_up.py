"""Catching up: what is held until the client is told stays within a bound, and beyond it that is told."""

import pytest
from channels.layers import InMemoryChannelLayer

from streaming.clock import SystemClock
from streaming.event_history.history import HistoryLimits, Place, Position
from streaming.event_history.memory_history import MemoryEventHistory
from streaming.fan_out.hub import Hub
from streaming.gateway.dialects.control import ControlDialect
from streaming.gateway.subscriptions.catching_up import MOST_HELD, CatchingUp
from streaming.installed import topic_registry
from tests.market.publishing.published_events import trades


def _catching_up(since: Position | None) -> CatchingUp:
    hub = Hub(
        InMemoryChannelLayer(), topic_registry(), history=MemoryEventHistory(HistoryLimits(frames=10), SystemClock())
    )
    dialect = ControlDialect(SystemClock())
    return CatchingUp(hub, "trade.BTCUSDT", "trades:BTCUSDT", dialect=dialect, since=since)


def _hold(catching_up: CatchingUp, count: int, *, is_numbered: bool) -> None:
    event = trades(1)
    for seq in range(1, count + 1):
        catching_up.hold(event, Place("e", seq, 1) if is_numbered else None)


@pytest.mark.parametrize("is_numbered", [True, False])
def test_of_too_much_the_newest_is_held_and_the_client_is_told_that_it_misses_some(*, is_numbered: bool) -> None:
    catching_up = _catching_up(Position("e", 0))
    _hold(catching_up, MOST_HELD + 3, is_numbered=is_numbered)
    assert not catching_up.is_recovered
    assert catching_up.answer() == {"recovered": False, "reason": "unavailable"}
    assert len(catching_up.held()) == 3


def test_a_client_that_is_new_misses_nothing_of_what_came_before_its_answer() -> None:
    catching_up = _catching_up(None)
    _hold(catching_up, MOST_HELD + 3, is_numbered=True)
    assert (catching_up.answer(), len(catching_up.held())) == ({}, 3)
