"""Candles by REST: patient, but not without end."""

import json
from collections.abc import Callable

import pytest

from streaming.events import Interval
from streaming.market.backfill.errors import BackfillStoppedError
from streaming.market.backfill.rest_source import NoCandlesError, RestCandles, RestPatience
from streaming.market.candle_ranges import CandleRange
from streaming.market.sources.binance.rest import BinanceRest
from streaming.market.sources.rest.client import ExchangeRest
from streaming.market.sources.rest.weight_budget import WeightBudget
from tests.exchange_rules.rules import rule
from tests.manual_clock import ManualClock
from tests.market.frames import KLINES
from tests.market.scripted_exchange import ScriptedExchange

ROW = [60_000, "1.10", "1.20", "1.00", "1.15", "33.0", 119_999, "37.95", 4, "1", "1", "0"]
GOOD: tuple[int, str, dict[str, str]] = (200, json.dumps([ROW]), {})
CANDLES = CandleRange(60_000, 600_000)


class Waits:
    """Waits by moving the clock on; `then` happens after each wait."""

    def __init__(self, clock: ManualClock) -> None:
        self.seconds: list[float] = []
        self.notes: list[str] = []
        self.then: Callable[[], None] = lambda: None
        self._clock = clock

    async def pause(self, seconds: float) -> None:
        """Let `seconds` pass."""
        self.seconds.append(round(seconds, 3))
        self._clock.advance(seconds)
        self.then()


@pytest.fixture
def waits(clock: ManualClock) -> Waits:
    """Return what waits."""
    return Waits(clock)


@pytest.fixture
def candles(exchange: ScriptedExchange, clock: ManualClock, waits: Waits) -> RestCandles:
    """Return the candles of one series, within a budget of four pages a minute."""
    return RestCandles(
        BinanceRest(ExchangeRest(exchange.rest_url, timeout=2.0, budget=WeightBudget(8, clock))),
        symbol="BTCUSDT",
        interval=Interval.MINUTE_1,
        limits=RestPatience(attempts=3, retry=1.0, longest_wait=100.0),
        pause=waits.pause,
        note=waits.notes.append,
    )


@rule("1.8.1")
async def test_a_page_is_asked_for_by_its_range(exchange: ScriptedExchange, candles: RestCandles) -> None:
    exchange.rest[KLINES] = GOOD
    (row,) = await candles.page(CANDLES)
    assert (row.open_time, str(row.open)) == (60_000, "1.10")
    assert exchange.rest_requests == [
        "/api/v3/klines?symbol=BTCUSDT&interval=1m&startTime=60000&endTime=600000&limit=1000"
    ]


async def test_it_keeps_the_budget_by_waiting(exchange: ScriptedExchange, candles: RestCandles, waits: Waits) -> None:
    exchange.rest[KLINES] = GOOD
    for _ in range(9):
        await candles.page(CANDLES)
    assert waits.seconds == [60.0, 60.0]
    assert waits.notes == ["waiting 60 s for the exchange's limit"] * 2


async def test_it_waits_as_long_as_the_exchange_asks(
    exchange: ScriptedExchange, candles: RestCandles, waits: Waits
) -> None:
    exchange.rest[KLINES] = (429, "", {"Retry-After": "7"})
    waits.then = lambda: exchange.rest.update({KLINES: GOOD})
    assert len(await candles.page(CANDLES)) == 1
    assert (waits.seconds, len(exchange.rest_requests)) == ([7.0], 2)


async def test_it_stops_where_it_would_wait_for_too_long(exchange: ScriptedExchange, candles: RestCandles) -> None:
    exchange.rest[KLINES] = (418, "", {"Retry-After": "7200"})
    with pytest.raises(BackfillStoppedError, match="wants us to keep away for 7200 s"):
        await candles.page(CANDLES)


@pytest.mark.parametrize("bad", [(503, "", {}), (200, "<html>", {}), (200, "[[1]]", {})])
async def test_it_tries_again_ever_later_and_then_stops(
    exchange: ScriptedExchange, candles: RestCandles, waits: Waits, bad: tuple[int, str, dict[str, str]]
) -> None:
    exchange.rest[KLINES] = bad
    with pytest.raises(BackfillStoppedError, match="The exchange does not answer: "):
        await candles.page(CANDLES)
    assert (waits.seconds, len(exchange.rest_requests)) == ([1.0, 2.0], 3)
    exchange.rest[KLINES] = GOOD
    assert len(await candles.page(CANDLES)) == 1


async def test_it_tells_a_symbol_without_candles_from_a_refusal_of_us(
    exchange: ScriptedExchange, candles: RestCandles
) -> None:
    exchange.rest[KLINES] = (400, '{"code":-1121,"msg":"Invalid symbol."}', {})
    with pytest.raises(NoCandlesError, match=r"Invalid symbol\."):
        await candles.page(CANDLES)
    exchange.rest[KLINES] = (451, "", {})
    with pytest.raises(BackfillStoppedError, match="refuses us: HTTP 451"):
        await candles.page(CANDLES)


async def test_it_knows_since_when_there_are_candles(exchange: ScriptedExchange, candles: RestCandles) -> None:
    exchange.rest[KLINES] = GOOD
    assert await candles.first_open_time() == 60_000
    exchange.rest[KLINES] = (200, "[]", {})
    assert await candles.first_open_time() is None
