"""The candles that strategies wait for are fetched until they have come."""

import asyncio
from collections.abc import Sequence

import pytest
import structlog

from streaming.indicators.bar import PricesAndVolume
from streaming.market.parameters import HistoryQuery
from tests.trading.live.rows import account_of
from tests.trading.live.worker.strategy_market import SERIES, MinuteMarket, strategy_started
from tests.trading.market import symbol_listed, wave_row
from trading.live.worker.strategy_candles import StrategyCandles

pytestmark = pytest.mark.django_db


class FailingHistory:
    """Fails once by what nobody expects, and answers then."""

    def __init__(self) -> None:
        self.asked = 0

    async def candles(self, query: HistoryQuery) -> Sequence[PricesAndVolume]:
        """Fail, or return two minutes."""
        self.asked += 1
        if self.asked == 1:
            raise OSError("the disk is gone")
        return [wave_row(0), wave_row(1)]


@pytest.fixture
def market() -> MinuteMarket:
    """Let a strategy wait for the candles of the past."""
    symbol_listed()
    return MinuteMarket(strategy_started(account_of()))


async def test_a_fetch_that_ends_by_a_fault_is_tried_again(market: MinuteMarket) -> None:
    woken, history = asyncio.Event(), FailingHistory()
    candles = StrategyCandles(woken.set, clock=market.clock, fetch=history.candles)
    with structlog.testing.capture_logs() as logs:
        candles.look(market.following.sub_accounts)
        async with asyncio.timeout(20):
            await woken.wait()
    assert [log["log_level"] for log in logs] == ["error"]
    [fetched] = candles.taken()
    assert (fetched.series, len(fetched.candles)) == (SERIES, 2)
    await candles.stop()
