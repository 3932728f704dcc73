"""Telling each trade, each closed candle and each stored event once, however often it is published.

A bridge that takes over may publish again what its predecessor did, and a layer that comes back what it had taken
already. Trades are known by their ids: the highest, and the holes below it, which may still be filled. A worker that
takes over publishes what its predecessor had stored and not deleted, some of which it had published. Pure.
"""

from bisect import bisect_right
from enum import StrEnum

import msgspec

from streaming.events import Candle, Event, Source, Trade, Trades

MAXIMUM_HOLES = 64
"""Holes that are remembered in one numbering; of more, the oldest are forgotten, and count as filled."""
MAXIMUM_CLOSED_CANDLES = 1000
"""Closed candles that are remembered of one topic: as many as the exchange's REST interface gives at once."""
MAXIMUM_STORED = 500
"""Stored events that are remembered of one channel: as many as a worker publishes before it deletes them."""

CLOCK_ANEW_SECONDS = 60.0
"""A clock that goes back by more than this has begun anew, where nobody says otherwise."""


class TradeIdStatus(StrEnum):
    """What an id is after all that were seen: first, next, after a hole, in a hole, known, of a new numbering."""

    FIRST = "first"
    NEXT = "next"
    AHEAD = "ahead"
    LATE = "late"
    DUPLICATE = "duplicate"
    RESTARTED = "restarted"


class TradeIds:
    """The ids seen of a numbering that ascends by one: `highest`, and the `holes` below it, oldest first.

    `has_forgotten` says that there were more holes than are remembered.
    An id at or below the highest, whose time is newer than the newest seen, can be no double: the numbering began anew.
    So it did where a live trade is older than the newest by more than `clock_anew` seconds: the clock began anew too.
    """

    def __init__(self, *, clock_anew: float = CLOCK_ANEW_SECONDS) -> None:
        self._clock_anew = round(clock_anew * 1000)
        self.highest: int | None = None
        self.newest_time = 0
        self.holes: list[tuple[int, int]] = []
        self.has_forgotten = False

    def take(self, trade_id: int, time: int, *, is_live: bool = True) -> TradeIdStatus:
        """Note an id, with its trade's time in ms; return what it is. What was fetched may be of any age."""
        highest = self.highest
        if highest is None:
            status = TradeIdStatus.FIRST
        elif trade_id == highest + 1:
            status = TradeIdStatus.NEXT
        elif trade_id > highest:
            status = TradeIdStatus.AHEAD
            self._add_hole(highest + 1, trade_id - 1)
        elif self._fill(trade_id):
            self.newest_time = max(time, self.newest_time)
            return TradeIdStatus.LATE
        elif time > self.newest_time or (is_live and time < self.newest_time - self._clock_anew):
            status = TradeIdStatus.RESTARTED
            self.holes.clear()
        else:
            return TradeIdStatus.DUPLICATE
        self.highest = trade_id
        self.newest_time = time if status is TradeIdStatus.RESTARTED else max(time, self.newest_time)
        return status

    def resume(self, trade_id: int, time: int) -> None:
        """Begin behind a trade that somebody else has seen."""
        self.highest, self.newest_time = trade_id, time
        self.holes.clear()

    def miss_all_before(self) -> None:
        """Take every id below the highest for missing: of those before it, only their times are known."""
        if self.highest is not None:
            self.holes = [(0, self.highest - 1)]

    def is_missing(self, trade_id: int) -> bool:
        """Return whether an id lies in a hole."""
        return self._hole_of(trade_id) is not None

    def give_up(self) -> None:
        """Take the holes for filled: nothing that lies in them is waited for any more."""
        self.holes.clear()
        self.has_forgotten = False

    def _hole_of(self, trade_id: int) -> int | None:
        index = bisect_right(self.holes, trade_id, key=lambda hole: hole[0]) - 1
        return index if index >= 0 and trade_id <= self.holes[index][1] else None

    def _fill(self, trade_id: int) -> bool:
        index = self._hole_of(trade_id)
        if index is None:
            return False
        first, last = self.holes[index]
        left = [(first, trade_id - 1), (trade_id + 1, last)]
        self.holes[index : index + 1] = [hole for hole in left if hole[0] <= hole[1]]
        return True

    def _add_hole(self, first: int, last: int) -> None:
        self.holes.append((first, last))
        if len(self.holes) > MAXIMUM_HOLES:
            del self.holes[0]
            self.has_forgotten = True


class ClosedCandles:
    """The opening times of the closed candles seen of one topic; what is older than all remembered counts as seen.

    All are forgotten where the clock of what comes live goes back by more than `clock_anew` seconds: it began anew.
    """

    def __init__(self, *, clock_anew: float = CLOCK_ANEW_SECONDS) -> None:
        self._clock_anew = round(clock_anew * 1000)
        self._newest_time = 0
        self._seen: dict[int, None] = {}
        self._forgotten_until: int | None = None

    def follow(self, time: int) -> None:
        """Note the time (in ms) of a live candle, open or closed."""
        if time < self._newest_time - self._clock_anew:
            self._seen.clear()
            self._forgotten_until = None
            self._newest_time = time
        self._newest_time = max(time, self._newest_time)

    def take(self, open_time: int) -> bool:
        """Note a closed candle; return whether it is told for the first time."""
        if open_time in self._seen or (self._forgotten_until is not None and open_time <= self._forgotten_until):
            return False
        self._seen[open_time] = None
        if len(self._seen) > MAXIMUM_CLOSED_CANDLES:
            oldest = min(self._seen)
            del self._seen[oldest]
            self._forgotten_until = oldest
        return True


class Deduplicator:
    """What readers of one topic have been told of trades and closed candles, by their source.

    A simulated market that stands in for an exchange is another one each time; the exchange behind it goes on.
    """

    def __init__(self) -> None:
        self._source: Source | None = None
        self._ids = TradeIds()
        self._candles = ClosedCandles()
        self._others: dict[Source, tuple[TradeIds, ClosedCandles]] = {}
        """What was told of the sources that were told before this one."""

    def admit(self, event: Event) -> Event | None:
        """Return what of an event is new; None where nothing is. Events of other kinds always are."""
        if isinstance(event, Trades):
            self._follow(event.source)
            return self._admit_trades(event)
        if isinstance(event, Candle):
            self._follow(event.source)
            return self._admit_candle(event)
        return event

    def _follow(self, source: Source) -> None:
        if source is self._source:
            return
        if self._source is not None and self._source is not Source.SIMULATOR:
            self._others[self._source] = (self._ids, self._candles)
        self._source = source
        before = self._others.pop(source) if source in self._others else (TradeIds(), ClosedCandles())
        self._ids, self._candles = before

    def _admit_trades(self, event: Trades) -> Event | None:
        new = [trade for trade in event.trades if self._is_new(trade, is_live=not event.repaired)]
        if len(new) == len(event.trades):
            return event
        return msgspec.structs.replace(event, trades=tuple(new)) if new else None

    def _is_new(self, trade: Trade, *, is_live: bool) -> bool:
        status = self._ids.take(trade.trade_id, trade.time, is_live=is_live)
        if status is TradeIdStatus.FIRST:  # what came before it may still be fetched, and was told to nobody here
            self._ids.miss_all_before()
        return status is not TradeIdStatus.DUPLICATE

    def _admit_candle(self, event: Candle) -> Event | None:
        if not event.repaired:
            self._candles.follow(event.time)
        return event if not event.is_final or self._candles.take(event.open_time) else None


class StoredEvents:
    """The ids of the stored events seen of one channel, the oldest first.

    The highest alone would not do: of two transactions the one with the lower ids may be committed later.
    """

    def __init__(self) -> None:
        self._seen: dict[int, None] = {}

    def take(self, stored: int) -> bool:
        """Note an id; return whether the event is told for the first time. 0 is that of events that are not stored."""
        if stored == 0:
            return True
        if stored in self._seen:
            return False
        self._seen[stored] = None
        if len(self._seen) > MAXIMUM_STORED:
            del self._seen[next(iter(self._seen))]
        return True
