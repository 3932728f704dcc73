"""What was traded in a candle before it was listened to, of answers of REST."""

import pytest

from streaming.events import Interval
from streaming.market.gaps.candle_seeds import candle_seed
from streaming.market.sources.errors import ExchangeUnavailableError
from tests.market.gaps.rest_of_trades import RestOfTrades

MIDNIGHT = 1_783_382_400_000
"""2026-07-07 00:00 UTC."""
MINUTE, HOUR = 60_000, 3_600_000


async def test_a_day_begins_with_hours_then_shorter_candles_then_trades_and_nothing_is_left_out() -> None:
    as_of = MIDNIGHT + 3 * HOUR + 17 * MINUTE + 30_000
    times = list(range(MIDNIGHT - MINUTE, as_of, 20_000))
    rest = RestOfTrades(times)
    seed = await candle_seed(rest, "BTC-USD", Interval.DAY_1, as_of=as_of)
    assert rest.asked == ["1h", "5m", "1m", "trades"]
    assert [row.close_time - row.open_time + 1 for row in seed.rows] == [HOUR] * 3 + [5 * MINUTE] * 3 + [MINUTE] * 2
    since = [trade for trade in seed.trades if trade.time >= seed.until]
    assert sum(int(row.volume) for row in seed.rows) + len(since) == sum(time >= MIDNIGHT for time in times)


async def test_a_minute_is_made_of_trades_alone() -> None:
    rest = RestOfTrades([MIDNIGHT - 1, MIDNIGHT + 1])
    seed = await candle_seed(rest, "BTC-USD", Interval.MINUTE_1, as_of=MIDNIGHT + 30_000)
    assert (rest.asked, len(seed.trades), seed.until) == (["trades"], 2, MIDNIGHT)


async def test_as_many_pages_of_trades_are_asked_for_as_it_takes() -> None:
    times = [MIDNIGHT - 1, *[MIDNIGHT] * 2500]
    rest = RestOfTrades(times)
    seed = await candle_seed(rest, "BTC-USD", Interval.MINUTE_1, as_of=MIDNIGHT + 30_000)
    assert [trade.trade_id for trade in seed.trades] == list(range(1, 2502))


async def test_a_candle_that_has_just_ended_does_not_count_yet() -> None:
    rest = RestOfTrades([MIDNIGHT + 1, MIDNIGHT + 5 * MINUTE - 1])
    seed = await candle_seed(rest, "BTC-USD", Interval.HOUR_1, as_of=MIDNIGHT + 5 * MINUTE + 4_000)
    assert (seed.until, rest.asked) == (MIDNIGHT + 4 * MINUTE, ["1m", "trades"])


async def test_where_candles_lag_behind_trades_there_is_no_seed_yet() -> None:
    rest = RestOfTrades([MIDNIGHT + 1, MIDNIGHT + 2, MIDNIGHT + 6 * MINUTE], lags=2)
    with pytest.raises(ExchangeUnavailableError, match="lag"):
        await candle_seed(rest, "BTC-USD", Interval.HOUR_1, as_of=MIDNIGHT + 6 * MINUTE + 10_000)


async def test_too_many_trades_within_a_minute_are_given_up() -> None:
    rest = RestOfTrades([MIDNIGHT] * 40_000)
    with pytest.raises(ExchangeUnavailableError, match="30 pages"):
        await candle_seed(rest, "BTC-USD", Interval.MINUTE_1, as_of=MIDNIGHT + 30_000)
