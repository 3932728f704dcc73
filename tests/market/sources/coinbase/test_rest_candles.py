"""Candles in pages, and those without trades that the exchange leaves out."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

import pytest

from streaming.events import Interval, Side
from streaming.market.sources.answers import KlineRow, RestTrade
from streaming.market.sources.coinbase.rest_candles import CandlePages
from streaming.market.sources.coinbase.rest_parser import CandleRow
from tests.exchange_rules.rules import rule

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
NOW = 1_783_465_230_000
"""2026-07-07 23:00:30 UTC."""
OPENS = NOW - 30_000
"""When the minute opens that runs."""


class Market:
    """What REST answers of a product that traded in some minutes, at 100 and one more each time."""

    def __init__(self, *minutes: int) -> None:
        self._prices = {OPENS + minute * MINUTE: Decimal(100 + count) for count, minute in enumerate(sorted(minutes))}
        self.asked: list[tuple[int, int]] = []
        self.empty_answers = 0
        self.lags = 0

    async def page(self, granularity: int, query: Mapping[str, str]) -> tuple[CandleRow, ...]:
        """Answer a page of candles, and one that opens before it."""
        length = granularity * 1000
        start, end = (round(datetime.fromisoformat(query[key]).timestamp() * 1000) for key in ("start", "end"))
        assert (end - start) // length < 300
        self.asked.append((granularity, (end - start) // length + 1))
        if self.empty_answers:
            self.empty_answers -= 1
            return ()
        opens = sorted({time // length * length for time in self._prices if time < NOW - self.lags})
        return tuple(self._row(time, length) for time in opens if start - length <= time <= end)

    def _row(self, opens: int, length: int) -> CandleRow:
        prices = [price for time, price in sorted(self._prices.items()) if opens <= time < opens + length]
        return CandleRow(
            open_time=opens,
            open=prices[0],
            high=max(prices),
            low=min(prices),
            close=prices[-1],
            volume=Decimal(len(prices)),
        )

    async def last_trade(self) -> RestTrade | None:
        """Return the last trade."""
        if not self._prices:
            return None
        time, price = max(self._prices.items())
        return RestTrade(trade_id=1, price=price, quantity=Decimal(1), time=time, taker_side=Side.BUY)

    async def candles(self, *, start: int | None = None, end: int | None = None, limit: int = 1000) -> list[KlineRow]:
        """Return its minutes."""
        pages = CandlePages(self.page, self.last_trade, interval=Interval.MINUTE_1, granularity=60, now=NOW)
        return list(await pages.candles(start=start, end=end, limit=limit))


def summary(rows: list[KlineRow]) -> list[tuple[int, str, str]]:
    """Return the minute from now, the close and the volume of each candle."""
    return [((row.open_time - OPENS) // MINUTE, str(row.close), str(row.volume)) for row in rows]


@rule("C.17")
async def test_more_candles_than_it_gives_at_once_are_asked_for_in_pages() -> None:
    market = Market(*range(-999, 1))
    rows = await market.candles(start=OPENS - 999 * MINUTE)
    assert [row.open_time for row in rows] == [OPENS + minute * MINUTE for minute in range(-999, 1)]
    assert market.asked == [(60, 299), (60, 299), (60, 299), (60, 103)]


@rule("C.17")
async def test_without_a_start_they_are_the_newest_and_the_range_ends_where_it_is_asked_to() -> None:
    market = Market(*range(-20, 1))
    assert [minute for minute, _, _ in summary(await market.candles(limit=3))] == [-2, -1, 0]
    rows = await market.candles(start=OPENS - 9 * MINUTE + 1, end=OPENS - 6 * MINUTE)
    assert [minute for minute, _, _ in summary(rows)] == [-8, -7, -6]


@rule("C.17")
async def test_an_empty_answer_is_asked_for_once_more() -> None:
    market = Market(-1, 0)
    market.empty_answers = 1
    assert len(await market.candles(start=OPENS - MINUTE)) == 2


@rule("C.18")
async def test_candles_without_trades_are_made_between_others_and_of_the_close_before_the_first() -> None:
    market = Market(-9, -3, 0)
    assert summary(await market.candles(start=OPENS - 5 * MINUTE)) == [
        (-5, "100", "0"),
        (-4, "100", "0"),
        (-3, "101", "1"),
        (-2, "101", "0"),
        (-1, "101", "0"),
        (0, "102", "1"),
    ]


@rule("C.18")
async def test_after_the_last_trade_candles_are_made_up_to_now() -> None:
    market = Market(-400)
    assert summary(await market.candles(start=OPENS - 2 * MINUTE)) == [
        (-2, "100", "0"),
        (-1, "100", "0"),
        (0, "100", "0"),
    ]


@rule("C.18")
async def test_the_close_before_is_that_of_hours_or_days_ago_where_it_was_quiet_since() -> None:
    long_ago = -3 * DAY // MINUTE
    market = Market(-60 * DAY // MINUTE, long_ago, 0)
    assert [close for _, close, _ in summary(await market.candles(start=OPENS - MINUTE))] == ["101", "102"]


@rule("C.18")
async def test_where_candles_lag_behind_the_trades_none_is_made_up() -> None:
    market = Market(-3, -1)
    market.lags = 2 * MINUTE
    assert [minute for minute, _, _ in summary(await market.candles(start=OPENS - 3 * MINUTE))] == [-3]


@rule("C.18")
async def test_of_a_product_that_never_traded_there_are_none() -> None:
    assert not await Market().candles(start=OPENS - 3 * MINUTE)


@rule("C.17")
@pytest.mark.parametrize("start", [0, OPENS - 500 * DAY])
async def test_the_first_candle_of_all_is_found_by_days(start: int) -> None:
    market = Market(-HOUR // MINUTE, 0)
    (first,) = await market.candles(start=start, limit=1)
    assert first.open_time == OPENS - HOUR
    assert len(market.asked) < 60
