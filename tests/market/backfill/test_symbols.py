"""Which symbols may be named."""

import json

import pytest
from asgiref.sync import sync_to_async

from streaming.events import Source
from streaming.market.backfill.errors import BackfillRefusedError, BackfillStoppedError
from streaming.market.backfill.symbols import check_symbols
from streaming.market.models import Symbol
from streaming.market.sources.binance.rest import BinanceRest
from streaming.market.sources.rest.client import ExchangeRest
from streaming.market.sources.rest.weight_budget import WeightBudget
from tests.manual_clock import ManualClock
from tests.market import frames
from tests.market.conftest import EXCHANGE_INFO
from tests.market.scripted_exchange import ScriptedExchange

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]


async def check(exchange: ScriptedExchange, *names: str) -> None:
    """Check names."""
    clock = ManualClock()
    rest = BinanceRest(ExchangeRest(exchange.rest_url, timeout=2.0, budget=WeightBudget(100, clock)))
    await check_symbols(names, source=Source.SIMULATOR, rest=rest, clock=clock)


async def test_where_none_are_known_the_exchange_is_asked_once(exchange: ScriptedExchange) -> None:
    await check(exchange, "BTCUSDT", "SOLUSDT")
    await check(exchange, "ETHUSDT")
    assert len(exchange.rest_requests) == 1
    assert await sync_to_async(Symbol.objects.filter(source="simulator").count)() == 3


@pytest.mark.parametrize(
    ("name", "hint"),
    [("BTCUSD", "BTCUSDT"), ("btcusdt", "BTCUSDT"), ("ETHUSDTT", "ETHUSDT"), ("SOL/USDT", "SOLUSDT")],
)
async def test_an_unknown_one_is_refused_with_the_closest(exchange: ScriptedExchange, name: str, hint: str) -> None:
    with pytest.raises(BackfillRefusedError, match=rf"no symbol '{name}'\. The closest are {hint}"):
        await check(exchange, "BTCUSDT", name)


@pytest.mark.parametrize("name", ["", "ZZZ", "BTC\x00USDT" * 100])
async def test_nothing_is_guessed_where_nothing_is_close(exchange: ScriptedExchange, name: str) -> None:
    with pytest.raises(BackfillRefusedError, match="The exchange has no symbol") as refused:
        await check(exchange, name)
    assert "closest" not in str(refused.value)


@pytest.mark.parametrize("bad", [(500, "", {}), (200, '{"symbols":[]}', {}), (200, "<html>", {})])
async def test_it_says_so_where_none_can_be_read(
    exchange: ScriptedExchange, bad: tuple[int, str, dict[str, str]]
) -> None:
    exchange.rest[EXCHANGE_INFO] = bad
    with pytest.raises(BackfillStoppedError, match="No symbols are known yet"):
        await check(exchange, "BTCUSDT")
    assert not await sync_to_async(Symbol.objects.exists)()


async def test_symbols_of_another_exchange_do_not_count(exchange: ScriptedExchange) -> None:
    await check(exchange, "BTCUSDT")
    await sync_to_async(Symbol.objects.update)(source="binance")
    exchange.rest[EXCHANGE_INFO] = (200, json.dumps(frames.exchange_info("NEWUSDT")), {})
    await check(exchange, "NEWUSDT")
