"""What is to be told is added first, and told all the same where the history is away: then epochs end."""

import asyncio

import pytest

from streaming.event_history import adding
from streaming.event_history.adding import HistoryWriter
from streaming.event_history.history import Append, HistoryLimits, Place, Position
from streaming.event_history.sharded_history import ShardedEventHistory
from streaming.layer.redis_hosts import RedisHosts
from tests.manual_clock import ManualClock
from tests.streaming.event_history.failing_history import FailingHistory
from tests.streaming.event_history.histories import is_recovered, until_ended
from tests.waiting import until

KEYS = [f"m.trade.S{number}" for number in range(8)]


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


async def place_of(writer: HistoryWriter, key: str = "a") -> Position:
    """Tell an event of a channel, and return the position behind it."""
    (place,) = await writer.add([event(key)])
    assert place is not None
    return place.position


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


async def test_it_says_once_that_the_history_is_away_and_once_that_it_numbers_events_again(
    history: FailingHistory, writer: HistoryWriter, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    history.is_away = True
    for ask in (lambda: writer.add([event()]), lambda: writer.kept("a"), lambda: writer.end(["a"], 1)) * 3:
        await ask()
        clock.advance(adding.PAUSE_SECONDS)
    history.is_away = False
    for _ in range(2):
        await writer.add([event()])
    lines = [record.msg for record in caplog.records if isinstance(record.msg, dict)]
    assert [(line["event"], line["what"]) for line in lines] == [
        ("no answer; trying again", "numbering of events"),
        ("it answers again", "numbering of events"),
    ]
    await writer.stop()


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
    before = await place_of(writer)
    assert await is_recovered(history, "a", before)
    history.is_away = True
    await writer.add([event()])
    await until(lambda: history.ends_refused > 1)
    history.is_away = False
    assert await is_recovered(history, "a", before)
    await until_ended(history, "a", before)
    await writer.stop()


async def test_an_end_that_failed_is_not_forgotten_with_the_channel(
    history: FailingHistory, writer: HistoryWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adding, "PAUSE_SECONDS", 0.01)
    before = await place_of(writer)
    history.is_away = True
    await writer.end(["a"], 1)
    writer.forget_begun([])
    history.is_away = False
    await until_ended(history, "a", before)
    await writer.stop()


async def test_an_end_that_is_cancelled_is_not_forgotten(history: FailingHistory, writer: HistoryWriter) -> None:
    before = await place_of(writer)
    history.hangs = True
    ending = asyncio.create_task(writer.end(["a"], 1))
    await until(lambda: history.is_waited_for)
    ending.cancel()
    await asyncio.gather(ending, return_exceptions=True)
    history.hangs = False
    await until_ended(history, "a", before)
    await writer.stop()


async def test_an_event_does_not_stand_in_an_epoch_that_is_just_ended(
    history: FailingHistory, writer: HistoryWriter
) -> None:
    before = await place_of(writer)
    history.hangs = True
    ending = asyncio.create_task(writer.end(["a"], 1))
    await until(lambda: history.is_waited_for)
    adding_one = asyncio.create_task(writer.add([event()]))
    await asyncio.sleep(0)
    history.hangs = False
    history.go_on.set()
    (place,) = await adding_one
    await ending
    assert place is not None
    assert (place.seq, place.epoch != before.epoch) == (1, True)
    assert await is_recovered(history, "a", place.position)


async def test_what_was_told_last_of_a_begun_channel_is_known_until_its_next_event(
    history: FailingHistory, writer: HistoryWriter, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adding, "PAUSE_SECONDS", 0.01)
    before = await place_of(writer)
    of_b = await place_of(writer, "b")
    writer.begin(["a"])
    history.is_away = True
    await writer.add([event("b")])
    history.is_away = False
    await until_ended(history, "b", of_b)
    assert len(await writer.kept("a")) == 0, "the history has just failed"
    clock.advance(1)
    assert len(await writer.kept("a")) == 1
    again = await place_of(writer)
    assert (again.seq, again.epoch != before.epoch) == (1, True)
    await writer.stop()


async def test_a_host_that_is_away_holds_up_no_end_at_another(
    clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adding, "PAUSE_SECONDS", 0.01)
    made: dict[str, FailingHistory] = {}

    def make(host: str, _: str) -> FailingHistory:
        return made.setdefault(host, FailingHistory(HistoryLimits(), clock))

    history = ShardedEventHistory(RedisHosts(["redis://one:1/0", "redis://two:1/0"]), make)
    writer = HistoryWriter(history, clock)
    first, second = (next(key for key in KEYS if history.host_of(key) == host) for host in made)
    away, other = made.values()
    await place_of(writer, first)
    before = await place_of(writer, second)
    away.is_away = True
    await writer.add([event(first)])
    await until(lambda: away.ends_refused > 0)
    other.is_away = True
    await writer.add([event(second)])
    other.is_away = False
    await until_ended(other, second, before)
    await writer.stop()
