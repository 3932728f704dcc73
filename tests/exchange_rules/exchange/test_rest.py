"""Section 1.6: what requests cost, and what refusals mean."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest

from streaming.clock import ManualClock
from streaming.market.backfill import rest_source
from streaming.market.binance import rest_parser
from streaming.market.binance.base_addresses import BaseAddresses
from streaming.market.binance.rest_client import (
    ExchangeBusyError,
    ExchangeRefusedError,
    ExchangeRest,
    ExchangeUnavailableError,
    WeightBudget,
)
from streaming.market.gaps import filler
from streaming.market.symbols import refresher
from streaming.simulator.faults.faults import Fault, FaultKind
from streaming.simulator.rest.exchange_info import listed_symbol
from streaming.simulator.server import SimulatedExchange
from tests.exchange_rules.bridge.bridging import bridging, settings_for, simulating
from tests.exchange_rules.bridge.gateway import following_gateway
from tests.exchange_rules.defaults import default_of
from tests.exchange_rules.rules import rule

WEIGHTS = [
    ("/api/v3/exchangeInfo", {}, refresher._WEIGHT),
    ("/api/v3/klines", {"symbol": "BTCUSDT", "interval": "1m", "limit": 1000}, filler._KLINES_WEIGHT),
    ("/api/v3/klines", {"symbol": "BTCUSDT", "interval": "1m", "limit": 1000}, rest_source._WEIGHT),
    ("/api/v3/trades", {"symbol": "BTCUSDT", "limit": 1000}, filler._TRADES_WEIGHT),
    ("/api/v3/time", {}, filler._TIME_WEIGHT),
]


@pytest.fixture
async def still() -> AsyncIterator[SimulatedExchange]:
    """Run an exchange whose clock stands still, so that no new minute begins while weights are counted."""
    async with simulating(clock=ManualClock(), tick_interval=None) as exchange:
        yield exchange


def rest_of(*exchanges: SimulatedExchange) -> ExchangeRest:
    """Return the REST interface at the addresses of the exchanges, in order, with a budget of its own."""
    clock = exchanges[0].clock
    addresses = BaseAddresses([exchange.rest_url for exchange in exchanges], clock)
    budget = WeightBudget(default_of("EXCHANGE_REST_WEIGHT_PER_MINUTE"), clock)
    return ExchangeRest(addresses, timeout=20.0, budget=budget, rate_limit_wait=60.0)


@rule("1.6.1")
@pytest.mark.parametrize(("path", "parameters", "weight"), WEIGHTS)
async def test_each_request_is_counted_with_the_weight_that_the_exchange_counts(
    still: SimulatedExchange, path: str, parameters: dict[str, str | int], weight: int
) -> None:
    """Each request has its weight. What we take off our budget is what the exchange says that it was."""
    rest = rest_of(still)
    await rest.get("/api/v3/ping", weight=1)
    assert rest.used_weight == 1
    await rest.get(path, parameters, weight=weight)
    assert rest.used_weight == 1 + weight


@rule("1.6.2")
async def test_the_budget_is_a_fifth_of_the_limit_and_follows_what_the_exchange_says_is_used(
    still: SimulatedExchange,
) -> None:
    """The limit is in `exchangeInfo`, what all at our address used in `X-MBX-USED-WEIGHT-1M`. A process spends at most
    a fifth, and stops where others have used up most of it.
    """
    mine, another = rest_of(still), rest_of(still)
    info = msgspec.json.decode(await mine.get("/api/v3/exchangeInfo", weight=20))
    (limit,) = (one["limit"] for one in info["rateLimits"] if one["rateLimitType"] == "REQUEST_WEIGHT")
    assert default_of("EXCHANGE_REST_WEIGHT_PER_MINUTE") * 5 == limit
    assert default_of("EXCHANGE_REST_WEIGHT_CEILING") < limit
    for _ in range(3):
        await another.get("/api/v3/klines", {"symbol": "BTCUSDT", "interval": "1m"}, weight=2)
    await mine.get("/api/v3/time", weight=1)
    assert mine.used_weight == 20 + 3 * 2 + 1
    for _ in range(58):
        await mine.get("/api/v3/exchangeInfo", weight=20)
    before = len(still.requests)
    with pytest.raises(ExchangeBusyError):
        await mine.get("/api/v3/exchangeInfo", weight=20)
    assert len(still.requests) == before


@asynccontextmanager
async def refusing(status: int, retry_after: int | None = None) -> AsyncIterator[SimulatedExchange]:
    """Run an exchange whose REST answers with a status."""
    async with simulating() as exchange:
        await exchange.inject(Fault(kind=FaultKind.REFUSE_REST, status=status, retry_after=retry_after))
        yield exchange


@rule("1.6.3")
@pytest.mark.parametrize("status", [429, 418])
@pytest.mark.parametrize(("retry_after", "wait"), [(7, 7), (None, 60)])
async def test_429_and_418_keep_us_away_for_as_long_as_told(status: int, retry_after: int | None, wait: int) -> None:
    """429 and 418 say how long to wait, else it is a minute; who goes on is banned. So nothing leaves meanwhile."""
    async with refusing(status, retry_after) as exchange:
        rest = rest_of(exchange)
        for _ in range(3):
            with pytest.raises(ExchangeBusyError) as caught:
                await rest.get("/api/v3/time", weight=1)
            assert wait - 1.0 < caught.value.retry_after <= wait
        assert len(exchange.requests) == 1


@rule("1.6.3")
@pytest.mark.parametrize("status", [403, 451])
async def test_403_and_451_lead_to_the_next_address_at_once(status: int, simulator: SimulatedExchange) -> None:
    """403 is a firewall, 451 a region: neither is asked again at this address, the next one may answer."""
    async with refusing(status) as exchange:
        rest = rest_of(exchange, simulator)
        assert rest_parser.parse_time(await rest.get("/api/v3/time", weight=1))
        assert (len(exchange.requests), rest.address) == (1, simulator.rest_url)
        alone = rest_of(exchange)
        with pytest.raises(ExchangeRefusedError):
            await alone.get("/api/v3/time", weight=1)


@rule("1.6.3")
async def test_5xx_is_a_failure_that_says_nothing_and_is_tried_again(simulator: SimulatedExchange) -> None:
    """After 5xx the outcome is unknown. We only read, so asking again is harmless, and what follows is asked of the
    next address after three in a row.
    """
    async with refusing(503) as exchange:
        rest = rest_of(exchange, simulator)
        for _ in range(3):
            with pytest.raises(ExchangeUnavailableError):
                await rest.get("/api/v3/time", weight=1)
        assert rest_parser.parse_time(await rest.get("/api/v3/time", weight=1))


@rule("1.6.3")
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("closed_connections")
async def test_the_bridge_serves_while_rest_refuses_and_catches_up_when_it_answers() -> None:
    """Whatever REST says, streams go on; the symbols are fetched as soon as it answers."""
    async with refusing(503) as exchange, bridging(settings_for(exchange, symbols_retry=0.05)) as bridged:
        await bridged.until_status(lambda status: status.state.value == "live" and not status.symbols_known)
        exchange.end_fault(FaultKind.REFUSE_REST)
        await bridged.until_live()


@rule("1.6.4")
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("closed_connections")
@pytest.mark.parametrize("status", ["END_OF_DAY", "HALT", "BREAK", "CANCEL_ONLY"])
async def test_only_symbols_that_trade_can_be_subscribed(status: str) -> None:
    """A symbol trades, or is in one of several states in which it doesn't: clients are refused it, by name, and the
    exchange is never asked for its streams.
    """
    halted = listed_symbol("OLD", "USDT", status=status)
    async with simulating(listed=(halted,)) as exchange, following_gateway(exchange) as gateway:
        async with gateway.client() as client:
            await client.subscribe("price:OLDUSDT", "price:BTCUSDT")
            assert await client.error() == ("Failed to fetch quote for OLDUSDT", "unknown_symbol")
            await client.next_of("price")
        assert not [message for message in exchange.messages if "oldusdt" in str(message)]
