"""Bad input of the exchange: lists of symbols of every kind, and what clients are told of them."""

import json
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings

from streaming.market.models import Symbol
from streaming.simulator.rest.exchange_info import listed_symbol
from tests.exchange_rules.bridge.bridging import settings_for, simulating
from tests.exchange_rules.bridge.gateway import following_gateway
from tests.exchange_rules.rules import rule
from tests.simulator.listed import many_symbols
from tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]

ODD_ROWS: tuple[Any, ...] = (
    None, 7, "BTCUSDT", [], {}, {"symbol": 5}, {"symbol": "", "status": "TRADING"},
    {"symbol": "NOSTATUSUSDT", "baseAsset": "NOSTATUS", "quoteAsset": "USDT", "filters": []},
)  # fmt: skip


@sync_to_async
def names() -> set[str]:
    """Return the symbols that are stored."""
    return set(Symbol.objects.values_list("name", flat=True))


@rule("B.1")
async def test_a_thousand_symbols_are_known_and_can_be_subscribed() -> None:
    """A thousand more symbols: all are stored, any of them can be subscribed, and one in the list that isn't there is
    still refused.
    """
    async with simulating(listed=many_symbols(1000)) as exchange, following_gateway(exchange) as gateway:
        assert len(await names()) == 1004
        async with gateway.client() as client:
            await client.subscribe("price:C0001USDT", "price:C1000USDT", "price:C1001USDT", "price:BTCUSDT")
            acknowledged = {(await client.next_of("subscribed"))["channel"] for _ in range(2)}
            assert acknowledged == {"price:C0001USDT", "price:C1000USDT"}
            assert await client.error() == ("Failed to fetch quote for C1001USDT", "unknown_symbol")
            await client.next_of("price", "price:BTCUSDT")


@rule("B.2")
async def test_odd_rows_are_left_out_and_the_others_stand() -> None:
    """Rows that can't be read, that have no rules, or letters beyond ASCII: what can be served is, by its name; what
    can't is refused like any unknown symbol, and nothing of it is stored.
    """
    odd = (*ODD_ROWS, listed_symbol("币安人生", "USDT"), listed_symbol("BARE", "USDT", filters=False))
    async with simulating(listed=odd) as exchange, following_gateway(exchange) as gateway:
        assert await names() == {"BTCUSDT", "ETHUSDT", "BNBUSDT", "LUNAUSDT", "币安人生USDT", "BAREUSDT"}
        async with gateway.client() as client:
            await client.subscribe("price:币安人生USDT", "price:BAREUSDT", "price:BTCUSDT", "price:NOSTATUSUSDT")
            acknowledged = {(await client.next_of("subscribed"))["channel"] for _ in range(3)}
            assert acknowledged == {"price:币安人生USDT", "price:BAREUSDT", "price:BTCUSDT"}
            assert await client.error() == ("Failed to fetch quote for NOSTATUSUSDT", "unknown_symbol")


@rule("B.3")
async def test_without_any_symbol_clients_are_told_that_nothing_can_be_served_yet(settings: Settings) -> None:
    """An empty list is no list: nothing is stored, it is asked for again, and clients are told that the symbols aren't
    known yet, rather than that theirs is unknown. Their connections live, and are served once there are some.
    """
    settings.WS_SYMBOLS_WAIT_SECONDS = 0.2
    async with simulating(instruments=(), halted=()) as empty:
        follows = settings_for(empty, symbols_retry=0.1)
        async with following_gateway(empty, follows, waits_for_symbols=False) as gateway, gateway.client() as client:
            await client.subscribe("price:BTCUSDT")
            message, code = await client.error()
            assert code == "unavailable"
            assert message
            assert await names() == set()
            assert not gateway.serving.runtime.symbols.known
            await client.send({"type": "ping"})
            await client.next_of("pong")
        assert not [said for said in empty.messages if "btcusdt@ticker" in str(said)]
        assert sum("exchangeInfo" in path for path in empty.requests) >= 1


@rule("1.6.4", "3.3", "B.4")
async def test_only_symbols_that_trade_and_intervals_that_exist_are_ever_asked_for() -> None:
    """A symbol must be known and trade, an interval must exist, before anything is subscribed; the client is told."""
    halted = {f"{status.replace('_', '')}USDT": status for status in ("END_OF_DAY", "HALT", "BREAK", "CANCEL_ONLY")}
    refused = {
        **{f"price:{name}": (f"Failed to fetch quote for {name}", "unknown_symbol") for name in halted},
        "price:NOSUCHUSDT": ("Failed to fetch quote for NOSUCHUSDT", "unknown_symbol"),
        "price:btcusdt": ("Failed to fetch quote for btcusdt", "unknown_symbol"),
        "klines:BTCUSDT:7m": ("Unknown channel: klines:BTCUSDT:7m", "unknown_channel"),
        "klines:BTCUSDT:1S": ("Unknown channel: klines:BTCUSDT:1S", "unknown_channel"),
    }
    listed = tuple(listed_symbol(name.removesuffix("USDT"), "USDT", status=status) for name, status in halted.items())
    async with simulating(listed=listed) as exchange, following_gateway(exchange) as gateway:
        async with gateway.client() as client:
            for channel, error in refused.items():
                await client.subscribe(channel)
                assert await client.error() == error
            await client.subscribe("price:BTCUSDT")
            await client.next_of("price")
            await until(lambda: exchange.messages)  # a value of a moment ago may have been told before
        asked = [json.loads(message) for message in exchange.messages]
    assert [request["params"] for request in asked if request["method"] == "SUBSCRIBE"] == [["btcusdt@ticker"]]
