"""`klines` and `uiKlines`: candles of UTC or of another time zone, made in slices between which the market goes on."""

import asyncio
from time import perf_counter

from streaming.clock import Clock
from streaming.simulator.candles.time_zone import IntervalCandles, candles_in
from streaming.simulator.rest import answer_rows
from streaming.simulator.rest.listing import Listing
from streaming.simulator.rest.parameters import Parameters

WEIGHT = 2
_LONGEST_WORK = 0.005  # seconds of rows before others have their turn in the event loop


class KlineEndpoint:
    """Answers with candles. They are made for one request at a time: the pauses of many at once would be no pauses."""

    def __init__(self, listing: Listing, clock: Clock) -> None:
        self._listing = listing
        self._clock = clock
        self._making = asyncio.Lock()

    async def answer(self, parameters: Parameters, scale: int) -> object:
        """Return the rows that are asked for."""
        symbol = self._listing.traded(parameters.required_symbol())
        interval, offset = parameters.interval(), parameters.time_zone()
        start, end = parameters.number("startTime"), parameters.number("endTime")
        limit = parameters.limit(500, 1000)
        parameters.finish()
        candles = candles_in(symbol.candles, interval, offset)
        rows: list[object] = []
        async with self._making:
            began = perf_counter()
            for time in self._told_times(candles, start, end, limit):
                if perf_counter() - began > _LONGEST_WORK:
                    await asyncio.sleep(0)
                    began = perf_counter()
                if candles.is_overdue(time, self._clock.now_ms()):  # since the others were written
                    break
                ends = candles.next_open_time(time)
                rows.append(answer_rows.kline_row(symbol.instrument, candles.row(time), ends, scale))
        return rows

    def _told_times(self, candles: IntervalCandles, start: int | None, end: int | None, limit: int) -> list[int]:
        """Return the open times that are told: that of a candle which has ended and takes trades yet is not."""
        times = candles.open_times(start, end, limit)
        if times and candles.is_overdue(times[-1], self._clock.now_ms()):
            return candles.open_times(start, times[-1] - 1, limit)
        return times
