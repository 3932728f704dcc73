"""The exchange's REST interface: what it answers, and what is made of it when it doesn't."""

import asyncio

import pytest

from streaming.clock import ManualClock, SystemClock
from streaming.market.rest import (
    ExchangeBusyError,
    ExchangeRefusedError,
    ExchangeRest,
    ExchangeUnavailableError,
    WeightBudget,
)
from tests.market.raw_server import raw_server
from tests.market.scripted_exchange import ScriptedExchange


class TestWeightBudget:
    """How much may be used in a minute."""

    def test_it_allows_the_weight_of_a_minute_and_then_waits_for_the_next(self, clock: ManualClock) -> None:
        budget = WeightBudget(100, clock)
        clock.advance(1000)
        assert [budget.spend(50), budget.spend(50)] == [0.0, 0.0]
        clock.advance(20)
        assert budget.spend(1) == pytest.approx(40)
        clock.advance(40)
        assert budget.spend(100) == 0.0

    def test_it_keeps_a_part_for_what_is_essential(self, clock: ManualClock) -> None:
        budget = WeightBudget(100, clock, reserved=40)
        assert budget.spend(60) == 0.0
        assert budget.spend(1) == 60
        assert budget.spend(40, essential=True) == 0.0
        assert budget.spend(1, essential=True) == 60

    def test_it_allows_nothing_while_the_exchange_says_so(self, clock: ManualClock) -> None:
        budget = WeightBudget(100, clock)
        budget.block(120)
        assert budget.spend(1) == 120
        clock.advance(120)
        assert budget.spend(1) == 0.0


@pytest.fixture
def rest(exchange: ScriptedExchange) -> ExchangeRest:
    """Return the interface of the scripted exchange."""
    return ExchangeRest(exchange.rest_url, timeout=1.0, budget=WeightBudget(100, SystemClock()))


async def test_it_returns_the_body(exchange: ScriptedExchange, rest: ExchangeRest) -> None:
    exchange.rest["/api/v3/klines"] = (200, "[]", {})
    assert await rest.get("/api/v3/klines", {"symbol": "币安USDT", "limit": 5}, weight=2) == b"[]"
    assert exchange.rest_requests == ["/api/v3/klines?symbol=%E5%B8%81%E5%AE%89USDT&limit=5"]


@pytest.mark.parametrize("status", [429, 418])
async def test_it_asks_no_more_until_it_may(exchange: ScriptedExchange, rest: ExchangeRest, status: int) -> None:
    exchange.rest["/api/v3/time"] = (status, "{}", {"Retry-After": "30"})
    for _ in range(3):
        with pytest.raises(ExchangeBusyError) as refused:
            await rest.get("/api/v3/time", weight=1)
        assert refused.value.retry_after == pytest.approx(30, abs=2)
    assert len(exchange.rest_requests) == 1


async def test_it_keeps_its_budget(exchange: ScriptedExchange, rest: ExchangeRest) -> None:
    exchange.rest["/api/v3/time"] = (200, "{}", {})
    await rest.get("/api/v3/time", weight=99)
    with pytest.raises(ExchangeBusyError):
        await rest.get("/api/v3/time", weight=2)
    assert len(exchange.rest_requests) == 1


async def test_it_says_what_the_exchange_refused(exchange: ScriptedExchange, rest: ExchangeRest) -> None:
    exchange.rest["/api/v3/klines"] = (400, '{"code":-1121,"msg":"Invalid symbol."}', {})
    with pytest.raises(ExchangeRefusedError, match="Invalid symbol") as refused:
        await rest.get("/api/v3/klines", weight=2)
    assert refused.value.status == 400


@pytest.mark.parametrize("status", [500, 503, 301])
async def test_it_takes_any_other_answer_for_none(exchange: ScriptedExchange, rest: ExchangeRest, status: int) -> None:
    exchange.rest["/api/v3/time"] = (status, "", {})
    with pytest.raises(ExchangeUnavailableError, match=str(status)):
        await rest.get("/api/v3/time", weight=1)


async def test_it_says_so_where_nobody_listens(exchange: ScriptedExchange, rest: ExchangeRest) -> None:
    await exchange.stop()
    with pytest.raises(ExchangeUnavailableError, match="can't be reached"):
        await rest.get("/api/v3/time", weight=1)


async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Begin an answer, and go on a byte at a time for ever."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        writer.write(b"[")
        await writer.drain()
        await asyncio.sleep(0.05)


async def test_it_waits_no_longer_than_its_time_for_the_whole_of_an_answer() -> None:
    async with raw_server(drip) as address, asyncio.timeout(5):
        rest = ExchangeRest(f"http://{address}", timeout=0.3, budget=WeightBudget(100, SystemClock()))
        with pytest.raises(ExchangeUnavailableError, match="TimeoutError"):
            await rest.get("/api/v3/time", weight=1)


async def test_it_takes_no_answer_that_is_too_large(exchange: ScriptedExchange) -> None:
    exchange.rest["/api/v3/time"] = (200, "x" * 11, {})
    rest = ExchangeRest(exchange.rest_url, timeout=1.0, budget=WeightBudget(100, SystemClock()), maximum_bytes=10)
    with pytest.raises(ExchangeUnavailableError, match="larger than 10 bytes"):
        await rest.get("/api/v3/time", weight=1)
    exchange.rest["/api/v3/time"] = (200, "x" * 10, {})
    assert await rest.get("/api/v3/time", weight=1) == b"x" * 10


@pytest.mark.usefixtures("dead_proxy")
async def test_it_asks_no_proxy_for_this_machine(exchange: ScriptedExchange, rest: ExchangeRest) -> None:
    exchange.rest["/api/v3/time"] = (200, "{}", {})
    assert await rest.get("/api/v3/time", weight=1) == b"{}"
