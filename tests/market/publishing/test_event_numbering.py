"""Numbering what counts: added before it is told, once by however many bridges, and told unnumbered in an outage."""

from collections.abc import Sequence
from typing import Any

import pytest

from streaming.event_history import adding
from streaming.event_history.history import Append, EventHistory, HistoryUnavailableError, Place, Position
from streaming.event_history.memory_history import MemoryEventHistory
from streaming.events import Envelope, Event, Trades
from streaming.market.publishing.event_numbering import EventNumbering, NumberedEvent
from tests.manual_clock import ManualClock
from tests.market.publishing.published_events import candle, ids_of, trades
from tests.streaming.event_history.failing_history import FailingHistory
from tests.streaming.event_history.histories import LIMITS, history_in, until_ended

KEY = "m.trade.BTCUSDT"
PAUSE_SECONDS = 1.0


class AwayOnce:
    """A history that refuses the first addition, and is there for all else: it broke for a moment."""

    def __init__(self, history: EventHistory) -> None:
        self._history = history
        self._is_away = True

    async def append(self, appends: Sequence[Append]) -> tuple[Position | None, ...]:
        """Raise the first time."""
        if self._is_away:
            self._is_away = False
            raise HistoryUnavailableError("away")
        return await self._history.append(appends)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._history, name)


class CountedHistory(MemoryEventHistory):
    """A history that counts how often it was added to."""

    steps = 0

    async def append(self, appends: Sequence[Append]) -> tuple[Position | None, ...]:
        """Add, and count."""
        self.steps += 1
        return await super().append(appends)


async def told(numbering: EventNumbering, *events: Event, epoch: int = 1, first: int = 1) -> list[NumberedEvent]:
    """Return what a bridge of that epoch tells of events, numbered from `first` by itself."""
    new = await numbering.leave_out_told(KEY, events)
    envelopes = [Envelope(epoch=epoch, sequence=first + at, event=event) for at, event in enumerate(new)]
    return (await numbering.number({KEY: envelopes}))[KEY]


@pytest.mark.parametrize("place", ["memory", "redis"])
async def test_each_frame_has_a_number_and_is_kept_as_it_is_told(place: str) -> None:
    clock = ManualClock()
    history = history_in(place, clock)
    first, second = await told(EventNumbering(history, clock), trades(1, 2), trades(3))
    assert first.place is not None
    assert second.place is not None
    assert (first.place.seq, first.place.count, second.place.seq, second.place.count) == (2, 2, 3, 1)
    kept = await history.read(KEY, Position(first.place.epoch, 0))
    assert kept is not None
    assert [entry.body for entry in kept.entries] == [first.body, second.body]
    await history.close()


async def test_an_open_candle_has_no_number_and_the_closed_one_has() -> None:
    clock = ManualClock()
    numbering = EventNumbering(MemoryEventHistory(LIMITS, clock), clock)
    opened, closed = await told(numbering, candle(0), candle(0, final=True))
    assert opened.place is None
    assert closed.place is not None
    assert closed.place.seq == 1


@pytest.mark.parametrize("place", ["memory", "redis"])
async def test_a_bridge_that_takes_over_leaves_out_what_its_predecessor_told(place: str) -> None:
    clock = ManualClock()
    history = history_in(place, clock)
    (before,) = await told(EventNumbering(history, clock), trades(1, 2, 3))
    (after,) = await told(EventNumbering(history, clock), trades(2, 3, 4), epoch=2)
    assert isinstance(after.envelope.event, Trades)
    assert ids_of([after.envelope.event]) == [4]
    assert before.place is not None
    assert after.place == Place(before.place.epoch, 4, 1)
    await history.close()


async def test_events_are_told_without_numbers_while_the_history_is_away_and_then_begin_a_new_epoch() -> None:
    clock = ManualClock()
    history = FailingHistory(LIMITS, clock)
    numbering = EventNumbering(history, clock)
    (before,) = await told(numbering, trades(1))
    history.is_away = True
    (away,) = await told(numbering, trades(2), first=2)
    assert away.place is None
    history.is_away = False
    (soon,) = await told(numbering, trades(3), first=3)
    assert soon.place is None, "it isn't asked again at once"
    clock.advance(PAUSE_SECONDS)
    (back,) = await told(numbering, trades(4), first=4)
    assert before.place is not None
    assert back.place is not None
    assert back.place.epoch != before.place.epoch
    assert back.place.seq == 1


@pytest.mark.parametrize("place", ["memory", "redis"])
async def test_an_epoch_of_which_the_history_lacks_events_ends_though_nothing_more_is_told(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adding, "PAUSE_SECONDS", 0.01)
    clock = ManualClock()
    history = history_in(place, clock)
    (before,) = await told(EventNumbering(history, clock), trades(1))
    assert before.place is not None
    numbering = EventNumbering(AwayOnce(history), clock)
    (lacking,) = await told(numbering, trades(2), first=2)
    assert lacking.place is None
    await until_ended(history, KEY, before.place.position)
    await numbering.stop()
    await history.close()


@pytest.mark.parametrize("is_told", [True, False])
async def test_the_end_of_a_channel_that_was_given_up_comes_later_where_the_history_fails(
    monkeypatch: pytest.MonkeyPatch, *, is_told: bool
) -> None:
    monkeypatch.setattr(adding, "PAUSE_SECONDS", 0.01)
    clock = ManualClock()
    history = FailingHistory(LIMITS, clock)
    numbering = EventNumbering(history, clock)
    (before,) = await told(numbering if is_told else EventNumbering(history, clock), trades(1))
    numbering.begin([KEY])
    numbering.keep(frozenset())
    history.is_away = True
    await numbering.end_given_up(1)
    numbering.keep(frozenset({"m.trade.ETHUSDT"}))
    history.is_away = False
    assert before.place is not None
    await until_ended(history, KEY, before.place.position)
    await numbering.stop()


async def test_what_is_sent_again_keeps_its_place() -> None:
    clock = ManualClock()
    history: EventHistory = MemoryEventHistory(LIMITS, clock)
    numbering = EventNumbering(history, clock)
    (one,) = await told(numbering, trades(1), first=7)
    assert numbering.place_of(KEY, 7) == one.place
    numbering.keep(frozenset())
    assert numbering.place_of(KEY, 7) is None


async def test_events_of_many_channels_are_added_in_one_step_each_numbered_by_itself() -> None:
    clock = ManualClock()
    history = CountedHistory(LIMITS, clock)
    leaving = {
        key: [Envelope(epoch=1, sequence=1, event=trades(1, 2))] for key in ("m.trade.BTCUSDT", "m.trade.ETHUSDT")
    }
    numbered = await EventNumbering(history, clock).number(leaving)
    assert history.steps == 1
    assert [one.place.seq for told in numbered.values() for one in told if one.place is not None] == [2, 2]
