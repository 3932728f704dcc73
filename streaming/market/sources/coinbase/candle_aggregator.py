"""One product's running candles, made of its trades: the exchange sends none. Pure.

A candle is whole that was listened to from its beginning, or whose beginning REST has told (its seed), with every trade
since, by their ids. Where one is missing none is whole, and each needs a seed again. A candle is final when a trade of
a later one comes, or a heartbeat two seconds past its end that names no trade beyond ours; one without trades is made
of the close before it.
"""

from collections import deque
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice

import msgspec

from streaming.events import Interval, Trade
from streaming.events.intervals import close_time_of, next_open_time, open_time_at
from streaming.market.sources.answers import CandleSeed, KlineRow
from streaming.market.sources.quote_volume import quote_volume

_SETTLED_MS = 2_000
_MOST_AT_ONCE = 1_000
"""Candles without trades in a row; after a longer time without any a seed is needed."""
_REMEMBERED = 10_000
"""Trades that may come while a seed is on its way."""

Told = tuple[Interval, KlineRow, bool]
"""A candle, and whether it is final."""


class CandleAggregator:
    """The candles of one product that are open now, of those intervals that have had a seed."""

    def __init__(self) -> None:
        self._last_id: int | None = None
        self._recent: deque[Trade] = deque(maxlen=_REMEMBERED)
        self._series: dict[Interval, _Series] = {}

    def is_seeded(self, interval: Interval) -> bool:
        """Return whether candles of an interval are whole."""
        return interval in self._series

    def take(self, trade: Trade) -> list[Told]:
        """Take a trade; return what is to be told. One that came already says nothing."""
        if self._last_id is not None and trade.trade_id <= self._last_id:
            return []
        if self._last_id is not None and trade.trade_id > self._last_id + 1:
            self.lose()
        self._last_id = trade.trade_id
        self._recent.append(trade)
        told = [one for series in self._series.values() for one in series.take(trade)]
        self._drop_ended()
        return told

    def seed(self, interval: Interval, seed: CandleSeed) -> list[Told]:
        """Begin a candle; return nothing where trades between the seed's and those that came since are missing."""
        if not seed.trades:
            return []
        last_id = seed.trades[-1].trade_id
        since = [trade for trade in self._recent if trade.trade_id > last_id]
        if since and since[0].trade_id != last_id + 1:
            return []
        if self._last_id is None:
            self._last_id = last_id
        series = _Series(interval, seed)
        told = [*series.ended, *(one for trade in since for one in series.take(trade))]
        self._series[interval] = series
        self._drop_ended()
        running = (interval, series.row, False)
        return [*told, running] if series.is_going_on and running not in told[-1:] else told

    def close_until(self, time: int, last_trade_id: int) -> list[Told]:
        """Return what is final at `time` (ms, the exchange's), when `last_trade_id` is the last that was made."""
        if self._last_id is None or last_trade_id > self._last_id:
            return []
        told = [one for series in self._series.values() for one in series.close_until(time)]
        self._drop_ended()
        return told

    def lose(self) -> None:
        """Note that trades are missing."""
        self._series.clear()
        self._recent.clear()
        self._last_id = None

    def _drop_ended(self) -> None:
        self._series = {interval: series for interval, series in self._series.items() if series.is_going_on}


class _Series:
    """The candles of one interval, from that on which a seed begins.

    `row` is the open one, `ended` are those that were over with the seed's last trade.
    """

    def __init__(self, interval: Interval, seed: CandleSeed) -> None:
        self.interval = interval
        self.is_going_on = True
        opens = open_time_at(interval, seed.as_of)
        before = [trade for trade in seed.trades if trade.time < max(seed.until, opens)]
        price = before[-1].price if before else seed.trades[0].price
        self.row = _without_trades(interval, opens, price)
        for row in seed.rows:
            self.row = _merged(self.row, row)
        self._counted = before[-1].trade_id if before else seed.trades[0].trade_id - 1
        told = [one for trade in seed.trades[len(before) :] for one in self.take(trade.trade)]
        self.ended = [(of, row, is_final) for of, row, is_final in told if is_final]

    def take(self, trade: Trade) -> Iterator[Told]:
        """Take the next trade; one that the seed held says nothing."""
        if trade.trade_id <= self._counted or trade.time < self.row.open_time:
            return
        self._counted = trade.trade_id
        yield from self._close(before=open_time_at(self.interval, trade.time))
        if self.is_going_on:
            self.row = _merged(self.row, _row_of(self.row, trade))
            yield self.interval, self.row, False

    def close_until(self, time: int) -> Iterator[Told]:
        """Yield the candles that are final at `time`."""
        return self._close(before=open_time_at(self.interval, time - _SETTLED_MS))

    def _close(self, *, before: int) -> Iterator[Told]:
        for row in islice(self._rows(before), _MOST_AT_ONCE):
            yield self.interval, row, True
        self.is_going_on = self.row.open_time >= before

    def _rows(self, before: int) -> Iterator[KlineRow]:
        while self.row.open_time < before:
            row = self.row
            opens = next_open_time(self.interval, row.open_time)
            self.row = _without_trades(self.interval, opens, row.close)
            yield row


def _without_trades(interval: Interval, open_time: int, price: Decimal) -> KlineRow:
    return KlineRow(
        open_time=open_time,
        open=price,
        high=price,
        low=price,
        close=price,
        volume=Decimal(0),
        close_time=close_time_of(interval, open_time),
        quote_volume=Decimal(0),
        trades=0,
    )


def _row_of(row: KlineRow, trade: Trade) -> KlineRow:
    """Return what one trade alone makes of a candle."""
    return msgspec.structs.replace(
        row,
        open=trade.price,
        high=trade.price,
        low=trade.price,
        close=trade.price,
        volume=trade.quantity,
        quote_volume=quote_volume(trade.quantity, trade.price),
        trades=1,
    )


def _merged(row: KlineRow, later: KlineRow) -> KlineRow:
    """Return a candle with what was traded later in it; where nothing was before, it opens there."""
    if not later.volume:
        return row
    begins = not row.volume
    return msgspec.structs.replace(
        row,
        open=later.open if begins else row.open,
        high=later.high if begins else max(row.high, later.high),
        low=later.low if begins else min(row.low, later.low),
        close=later.close,
        volume=row.volume + later.volume,
        quote_volume=row.quote_volume + later.quote_volume,
        trades=row.trades + later.trades,
    )
