"""The exchange's REST interface: what it answers, and what is made of it when it doesn't."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from pytest_django import Settings

from streaming.clock import SystemClock
from streaming.market.sources.errors import ExchangeBusyError, ExchangeRefusedError, ExchangeUnavailableError
from streaming.market.sources.rest.base_addresses import BaseAddresses
from streaming.market.sources.rest.client import ExchangeRest, rest_from_settings
from streaming.market.sources.rest.weight_budget import WeightBudget
from tests.exchange_rules.rules import rule
from tests.manual_clock import ManualClock
from tests.market.raw_server import raw_server
from tests.market.scripted_exchange import ScriptedExchange
from tests.waiting import LIMIT_SECONDS

USED = "X-MBX-USED-WEIGHT-1M"


@pytest.fixture
def rest(exchange: ScriptedExchange) -> ExchangeRest:
    """Return the interface of the scripted exchange."""
    return ExchangeRest(exchange.rest_url, timeout=LIMIT_SECONDS, budget=WeightBudget(100, SystemClock()))


async def test_it_returns_the_body(exchange: ScriptedExchange, rest: ExchangeRest) -> None:
    exchange.rest["/api/v3/klines"] = (200, "[]", {})
    assert await rest.get("/api/v3/klines", {"symbol": "币安USDT", "limit": 5}, weight=2) == b"[]"
    assert exchange.rest_requests == ["/api/v3/klines?symbol=%E5%B8%81%E5%AE%89USDT&limit=5"]


@rule("1.6.3")
@pytest.mark.parametrize("status", [429, 418])
async def test_it_asks_no_more_until_it_may(exchange: ScriptedExchange, rest: ExchangeRest, status: int) -> None:
    exchange.rest["/api/v3/time"] = (status, "{}", {"Retry-After": "30"})
    for _ in range(3):
        with pytest.raises(ExchangeBusyError) as refused:
            await rest.get("/api/v3/time", weight=1)
        assert refused.value.retry_after == pytest.approx(30, abs=2)
    assert len(exchange.rest_requests) == 1


async def test_what_waits_for_its_moment_is_not_asked_after_a_refusal(
    exchange: ScriptedExchange, rest: ExchangeRest
) -> None:
    exchange.rest["/api/v3/time"] = (200, "{}", {})
    question = asyncio.create_task(rest.get("/api/v3/time", weight=1))
    await asyncio.sleep(0)
    rest.keep_away(30)
    with pytest.raises(ExchangeBusyError) as refused:
        await question
    assert refused.value.retry_after == pytest.approx(30, abs=2)
    assert not exchange.rest_requests


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


@rule("1.6.3")
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
    rest = ExchangeRest(
        exchange.rest_url, timeout=LIMIT_SECONDS, budget=WeightBudget(100, SystemClock()), maximum_bytes=10
    )
    with pytest.raises(ExchangeUnavailableError, match="larger than 10 bytes"):
        await rest.get("/api/v3/time", weight=1)
    exchange.rest["/api/v3/time"] = (200, "x" * 10, {})
    assert await rest.get("/api/v3/time", weight=1) == b"x" * 10


@pytest.mark.usefixtures("dead_proxy")
async def test_it_asks_no_proxy_for_this_machine(exchange: ScriptedExchange, rest: ExchangeRest) -> None:
    exchange.rest["/api/v3/time"] = (200, "{}", {})
    assert await rest.get("/api/v3/time", weight=1) == b"{}"


TIME = "/api/v3/time"


@pytest.fixture
async def other(exchange: ScriptedExchange) -> AsyncIterator[ScriptedExchange]:
    """Run the exchange at a second address, where it answers."""
    second = ScriptedExchange()
    second.rest[TIME] = (200, "second", {})
    exchange.rest[TIME] = (200, "first", {})
    await second.start()
    yield second
    await second.stop()


@pytest.fixture
def both(exchange: ScriptedExchange, other: ScriptedExchange, clock: ManualClock) -> ExchangeRest:
    """Return the interface at both addresses; after two failures in a row the other serves, for 300 s."""
    addresses = BaseAddresses((exchange.rest_url, other.rest_url), clock, failures=2, return_after=300)
    return ExchangeRest(addresses, timeout=LIMIT_SECONDS, budget=WeightBudget(100, clock))


class TestOtherAddresses:
    """What happens where the first base address doesn't serve."""

    @rule("1.1.3", "1.6.3")
    @pytest.mark.parametrize("status", [403, 451])
    async def test_it_asks_the_next_at_once_where_the_first_refuses_us(
        self, exchange: ScriptedExchange, other: ScriptedExchange, both: ExchangeRest, status: int
    ) -> None:
        exchange.rest[TIME] = (status, "", {})
        assert [await both.get(TIME, weight=1) for _ in range(3)] == [b"second"] * 3
        assert (len(exchange.rest_requests), both.address) == (1, other.rest_url)

    async def test_it_says_so_where_all_refuse_us(
        self, exchange: ScriptedExchange, other: ScriptedExchange, both: ExchangeRest
    ) -> None:
        exchange.rest[TIME] = other.rest[TIME] = (451, "", {})
        with pytest.raises(ExchangeRefusedError, match="451"):
            await both.get(TIME, weight=1)
        assert (len(exchange.rest_requests), len(other.rest_requests)) == (1, 1)

    @rule("1.6.3")
    async def test_it_uses_the_next_after_failures_in_a_row(
        self, exchange: ScriptedExchange, both: ExchangeRest
    ) -> None:
        exchange.rest[TIME] = (503, "", {})
        for _ in range(2):
            with pytest.raises(ExchangeUnavailableError):
                await both.get(TIME, weight=1)
        assert await both.get(TIME, weight=1) == b"second"

    async def test_it_uses_the_next_where_nobody_listens(self, exchange: ScriptedExchange, both: ExchangeRest) -> None:
        await exchange.stop()
        for _ in range(2):
            with pytest.raises(ExchangeUnavailableError):
                await both.get(TIME, weight=1)
        assert await both.get(TIME, weight=1) == b"second"

    async def test_a_single_failure_changes_nothing(self, exchange: ScriptedExchange, both: ExchangeRest) -> None:
        for _ in range(3):
            exchange.rest[TIME] = (503, "", {})
            with pytest.raises(ExchangeUnavailableError):
                await both.get(TIME, weight=1)
            exchange.rest[TIME] = (200, "first", {})
            assert await both.get(TIME, weight=1) == b"first"

    async def test_a_wrong_request_is_no_failure_of_an_address(
        self, exchange: ScriptedExchange, both: ExchangeRest
    ) -> None:
        exchange.rest[TIME] = (400, "{}", {})
        for _ in range(4):
            with pytest.raises(ExchangeRefusedError):
                await both.get(TIME, weight=1)
        assert len(exchange.rest_requests) == 4

    async def test_it_returns_to_the_first_as_soon_as_that_answers_again(
        self, exchange: ScriptedExchange, both: ExchangeRest, clock: ManualClock
    ) -> None:
        exchange.rest[TIME] = (451, "", {})
        assert await both.get(TIME, weight=1) == b"second"
        clock.advance(300)
        assert [await both.get(TIME, weight=1) for _ in range(3)] == [b"second"] * 3
        assert len(exchange.rest_requests) == 2
        exchange.rest[TIME] = (200, "first", {})
        assert await both.get(TIME, weight=1) == b"second"
        clock.advance(300)
        assert [await both.get(TIME, weight=1) for _ in range(2)] == [b"first"] * 2

    async def test_it_keeps_away_from_all_of_them_where_one_asks_to_wait(
        self, exchange: ScriptedExchange, other: ScriptedExchange, both: ExchangeRest
    ) -> None:
        exchange.rest[TIME] = (418, "", {"Retry-After": "120"})
        for _ in range(2):
            with pytest.raises(ExchangeBusyError):
                await both.get(TIME, weight=1)
        assert (len(exchange.rest_requests), other.rest_requests) == (1, [])


class TestUsedWeight:
    """What the exchange tells of the weight that all programs at our address have used."""

    @pytest.fixture
    def rest(self, exchange: ScriptedExchange, clock: ManualClock) -> ExchangeRest:
        """Return an interface with a ceiling of 4800."""
        budget = WeightBudget(1200, clock, ceiling=4800)
        return ExchangeRest(exchange.rest_url, timeout=LIMIT_SECONDS, budget=budget, used_weight_header=USED)

    @rule("1.6.2")
    async def test_it_holds_what_it_was_told(self, exchange: ScriptedExchange, rest: ExchangeRest) -> None:
        assert rest.used_weight == 0
        exchange.rest[TIME] = (200, "", {USED: "37"})
        await rest.get(TIME, weight=1)
        assert rest.used_weight == 37

    @rule("1.6.2")
    async def test_it_waits_for_the_next_minute_where_others_use_too_much(
        self, exchange: ScriptedExchange, rest: ExchangeRest, clock: ManualClock
    ) -> None:
        exchange.rest[TIME] = (200, "", {USED: "4799"})
        await rest.get(TIME, weight=1)
        with pytest.raises(ExchangeBusyError) as refused:
            await rest.get(TIME, weight=2)
        assert 0 < refused.value.retry_after <= 60
        clock.advance(refused.value.retry_after)
        await rest.get(TIME, weight=2)

    @pytest.mark.parametrize("told", ["", "-5", "many", "9" * 400, "\u00b2"])
    async def test_it_passes_over_what_is_no_weight(
        self, exchange: ScriptedExchange, rest: ExchangeRest, told: str
    ) -> None:
        exchange.rest[TIME] = (200, "", {USED: told})
        await rest.get(TIME, weight=1)
        await rest.get(TIME, weight=1)
        assert rest.used_weight < 10


class TestSettings:
    """Which addresses the settings give."""

    @pytest.fixture(autouse=True)
    def _settings(self, settings: Settings) -> None:
        settings.EXCHANGE_REST_FAILURES_BEFORE_ROTATION = 1

    async def addresses(self, rest: ExchangeRest) -> list[str]:
        """Return the addresses as they are used one after the other; none of them answers."""
        used = []
        while rest.address not in used:
            used.append(rest.address)
            with pytest.raises(ExchangeUnavailableError):
                await rest.get(TIME, weight=1)
        return used

    async def test_the_other_addresses_follow_the_first(self, settings: Settings, nobody: list[str]) -> None:
        settings.EXCHANGE_SOURCE = "binance"
        settings.EXCHANGE_REST_URL, *settings.EXCHANGE_REST_FALLBACK_URLS = nobody
        assert await self.addresses(rest_from_settings()) == nobody

    @pytest.mark.parametrize("source", ["binance", "simulator"])
    async def test_the_real_exchange_never_stands_behind_a_local_one(
        self, settings: Settings, nobody: list[str], source: str
    ) -> None:
        settings.EXCHANGE_SOURCE = source
        settings.EXCHANGE_REST_FALLBACK_URLS = ["https://api.binance.com", nobody[1]]
        assert await self.addresses(rest_from_settings(nobody[0])) == nobody[:2]

    @pytest.fixture
    def nobody(self) -> list[str]:
        """Return three local addresses at which nobody listens."""
        return [f"http://127.0.0.{number}:1" for number in (1, 2, 3)]
