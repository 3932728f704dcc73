"""What is to be told is added first, and told all the same where the history is away: then epochs end."""

import asyncio

import pytest

from streaming.event_history import adding
from streaming.event_history.adding import HistoryWriter
from streaming.event_history.history import Append, HistoryLimits, Place
from streaming.event_history.recovery import recover
from tests.manual_clock import ManualClock
from tests.streaming.event_history.failing_history import FailingHistory


@pytest.fixture
def history(clock: ManualClock) -> FailingHistory:
    """Return an empty history."""
    return FailingHistory(HistoryLimits(), clock)


@pytest.fixture
def writer(history: FailingHistory, clock: ManualClock) -> HistoryWriter:
    """Return what adds to it."""
    return HistoryWriter(history, clock)


def event(key: str = "a", count: int = 1) -> Append:
    """Return an event of a channel."""
    return Append(key=key, body=b"event", count=count)


async def test_it_adds_all_at_once_and_says_where_each_stands(history: FailingHistory, writer: HistoryWriter) -> None:
    one, other, of_b = await writer.add([event(), event(count=2), event("b")])
    assert one is not None
    assert (other, one.seq) == (Place(one.epoch, 3, 2), 1)
    assert (of_b is not None and of_b.seq, history.asked) == (1, 1)
    assert await writer.add([]) == ()
    assert history.asked == 1


async def test_it_neither_fails_nor_asks_again_at_once_where_the_history_is_away(
    history: FailingHistory, writer: HistoryWriter, clock: ManualClock
) -> None:
    history.is_away = True
    assert await writer.add([event(), event("b")]) == (None, None)
    assert await writer.add([event()]) == (None,)
    assert history.asked == 1
    clock.advance(adding.PAUSE_SECONDS)
    assert await writer.add([event()]) == (None,)
    assert history.asked == 2


async def test_a_channel_of_which_something_is_missing_begins_a_new_epoch(
    history: FailingHistory, writer: HistoryWriter, clock: ManualClock
) -> None:
    before, of_b = await writer.add([event(), event("b")])
    history.is_away = True
    await writer.add([event()])
    history.is_away = False
    clock.advance(adding.PAUSE_SECONDS)
    first, second, again_b = await writer.add([event(), event(), event("b")])
    assert before is not None
    assert first is not None
    assert of_b is not None
    assert again_b is not None
    assert first.epoch != before.epoch
    assert second == Place(first.epoch, 2, 1)
    assert again_b == Place(of_b.epoch, 2, 1)


async def test_epochs_end_though_nothing_more_is_told(
    history: FailingHistory, writer: HistoryWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adding, "PAUSE_SECONDS", 0.01)
    (place,) = await writer.add([event()])
    assert place is not None
    assert recover(place.position, await history.read("a")).is_recovered
    history.is_away = True
    await writer.add([event()])
    ending = asyncio.create_task(writer.end_broken())
    await asyncio.sleep(0.05)
    assert writer.has_broken
    history.is_away = False
    await ending
    assert not recover(place.position, await history.read("a")).is_recovered
