"""Section 1.1: where the exchange is, and how it is asked for."""

import asyncio

import msgspec
import pytest
from websockets.asyncio.client import connect

from streaming.clock import SystemClock
from streaming.market.binance import messages
from streaming.market.binance.base_addresses import BaseAddresses
from streaming.market.binance.rest_client import ExchangeRest, WeightBudget
from streaming.market.binance.stream_names import stream_of
from streaming.market.binance.stream_parser import parse_frame
from streaming.simulator.faults.faults import Fault, FaultKind
from streaming.simulator.server import SimulatedExchange
from streaming.topics.topic import MarketKind, Topic
from tests.exchange_rules.bridge.bridging import bridging, connection_limits, settings_for, simulating
from tests.exchange_rules.defaults import all_defaults, default_of
from tests.exchange_rules.rules import rule
from tests.exchange_rules.tap import Tap
from tests.market.upstream.following import following
from tests.waiting import until

TICKER, TRADE = "btcusdt@ticker", "btcusdt@trade"


@rule("1.1.1")
async def test_streams_come_on_one_combined_connection_and_answers_unwrapped(tap: Tap) -> None:
    """Streams are combined at `/stream`, each event wrapped with its stream's name, answers never.

    The bridge connects to the bare path and subscribes, so it needs neither raw streams nor names in the address.
    """
    async with following(tap.stream_url, wanted=(TICKER, TRADE), limits=connection_limits()) as follower:
        await follower.until_active(TICKER, TRADE)  # the answer was read, though no stream is named in it
        await until(lambda: {received.stream for received in follower.received} == {TICKER, TRADE})
    assert [one.request_line for one in tap.sockets] == ["GET /stream HTTP/1.1"]


@rule("1.1.2")
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("closed_connections")
async def test_market_data_needs_no_key_and_comes_from_the_hosts_that_have_nothing_else(
    simulator: SimulatedExchange, tap: Tap
) -> None:
    """There are hosts for market data alone; no key is needed, and none is sent."""
    assert default_of("EXCHANGE_STREAM_URLS")[0] == "wss://data-stream.binance.vision"
    assert default_of("EXCHANGE_REST_URL") == "https://data-api.binance.vision"
    settings = settings_for(simulator, stream_urls=(tap.stream_url,), rest_url=tap.rest_url)
    async with bridging(settings) as bridged:
        await bridged.until_live()
    assert tap.rest
    assert tap.sockets
    for one in tap.conversations:
        assert not {name for name in one.headers if name.startswith(("x-mbx", "authorization", "cookie"))}
        assert "signature" not in one.head


@rule("1.1.3")
async def test_rest_goes_to_the_sister_hosts_where_the_first_refuses_and_to_no_websocket_api() -> None:
    """REST has sister hosts, which answer where the first doesn't; the WebSocket API is for orders, and not ours."""
    assert default_of("EXCHANGE_REST_FALLBACK_URLS") == ["https://api.binance.com", "https://api-gcp.binance.com"]
    assert not [name for name, value in all_defaults().items() if "ws-api" in str(value)]
    async with simulating() as first, simulating() as second:
        await first.inject(Fault(kind=FaultKind.REFUSE_REST, status=403))
        addresses = BaseAddresses((first.rest_url, second.rest_url), SystemClock())
        rest = ExchangeRest(addresses, timeout=10.0, budget=WeightBudget(1200, SystemClock()))
        await rest.get("/api/v3/time", weight=1)
        assert rest.address == second.rest_url


@rule("1.1.4")
async def test_the_testnet_is_not_used_and_a_base_that_is_gone_is_left_for_the_next(
    simulator: SimulatedExchange,
) -> None:
    """The testnet is for orders with play money, so no default names it; its old address answers 404.

    A base address that is gone like that is one that fails: after three failures the next one serves.
    """
    assert not [name for name, value in all_defaults().items() if "testnet" in str(value)]
    gone = f"{simulator.stream_url}/retired"
    async with following(gone, simulator.stream_url, limits=connection_limits()) as follower:
        await follower.until_active(TICKER)
        assert follower.upstream.address == simulator.stream_url
    assert [news.reason for news in follower.news if news.event.value == "error"] == ["HTTP 404"] * 3


@rule("1.1.5")
async def test_the_demo_mode_is_not_used_and_any_other_base_address_would_be(tap: Tap) -> None:
    """The demo mode has hosts of its own. It doesn't concern us: its prices are not the market's, so no default names
    it; whoever wants it names its hosts, since every address is a setting, and exactly that one is asked.
    """
    assert not [name for name, value in all_defaults().items() if "//demo-" in str(value)]
    async with following(tap.stream_url, limits=connection_limits()) as follower:
        await follower.until_active(TICKER)
    assert tap.sockets[0].headers["host"] == f"127.0.0.1:{tap.port}"


@rule("1.1.6")
async def test_microseconds_are_not_asked_for_and_read_all_the_same(simulator: SimulatedExchange, tap: Tap) -> None:
    """`timeUnit=MICROSECOND` switches all times of a connection. The bridge never asks for it, as some hosts refuse
    the handshake then; where times come in microseconds all the same, their size tells, and they mean the same.
    """
    async with following(tap.stream_url, limits=connection_limits()) as follower:
        await follower.until_active(TICKER)
    assert "timeUnit" not in tap.sockets[0].head
    query = f"streams={TRADE}"
    async with (
        connect(f"{simulator.stream_url}/stream?{query}") as usual,
        connect(f"{simulator.stream_url}/stream?{query}&timeUnit=MICROSECOND") as fine,
    ):
        trades: list[dict[int, messages.TradeMessage]] = [{}, {}]
        async with asyncio.timeout(20):
            while not trades[0].keys() & trades[1].keys():
                for connection, seen in zip((usual, fine), trades, strict=True):
                    frame = await connection.recv()
                    message = parse_frame(frame).message
                    assert isinstance(message, messages.TradeMessage)
                    seen[message.trade_id] = message
                    digits = 13 if connection is usual else 16
                    assert f'"T":{message.time}'[: 4 + 13] in str(frame)
                    assert len(str(frame).partition('"T":')[2].partition(",")[0]) == digits
    for number in trades[0].keys() & trades[1].keys():
        assert trades[0][number].time == trades[1][number].time


@rule("1.1.7")
async def test_symbols_are_lower_case_in_names_of_streams_and_any_letters_will_do() -> None:
    """Symbols are lower case in names of streams, upper case everywhere else, and not all are ASCII."""
    name = "币安人生USDT"
    async with simulating() as made:
        odd = made.market.symbols["BNBUSDT"].instrument

    async with simulating(instruments=(msgspec.structs.replace(odd, symbol=name, base="币安人生"),)) as exchange:
        stream = stream_of(Topic(MarketKind.TRADE, name))
        assert stream == "币安人生usdt@trade"
        async with following(exchange.stream_url, wanted=(stream,), limits=connection_limits()) as follower:
            await until(lambda: follower.received)
            assert exchange.subscribed_streams() == {stream}
        message = follower.received[0].message
        assert isinstance(message, messages.TradeMessage)
        assert message.symbol == name
