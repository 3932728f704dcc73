"""The exchange's symbols are fetched where none are stored."""

import json

import pytest
from asgiref.sync import sync_to_async

from streaming.events import Source
from streaming.market.errors import MarketUnavailableError
from streaming.market.missing_symbols import missing_symbols_fetch
from streaming.market.models import Symbol
from streaming.market.sources.binance.rest import BinanceRest
from streaming.market.sources.rest.client import ExchangeRest
from streaming.market.sources.rest.weight_budget import WeightBudget
from tests.manual_clock import ManualClock
from tests.market import frames
from tests.market.conftest import EXCHANGE_INFO
from tests.market.scripted_exchange import ScriptedExchange

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]


async def fetch(exchange: ScriptedExchange) -> None:
    """Fetch the symbols where none are stored."""
    clock = ManualClock()
    rest = BinanceRest(ExchangeRest(exchange.rest_url, timeout=2.0, budget=WeightBudget(100, clock)))
    await missing_symbols_fetch(source=Source.SIMULATOR, rest=rest, clock=clock)


@sync_to_async
def stored() -> set[str]:
    """Return the names that are stored as the simulator's."""
    return set(Symbol.objects.filter(source="simulator").values_list("name", flat=True))


async def test_where_none_are_stored_the_exchange_is_asked_once(exchange: ScriptedExchange) -> None:
    await fetch(exchange)
    await fetch(exchange)
    assert len(exchange.rest_requests) == 1
    assert len(await stored()) == 3


@pytest.mark.parametrize("bad", [(500, "", {}), (200, '{"symbols":[]}', {}), (200, "<html>", {})])
async def test_it_says_so_where_none_can_be_read(
    exchange: ScriptedExchange, bad: tuple[int, str, dict[str, str]]
) -> None:
    exchange.rest[EXCHANGE_INFO] = bad
    with pytest.raises(MarketUnavailableError, match="No symbols are known yet"):
        await fetch(exchange)
    assert not await sync_to_async(Symbol.objects.exists)()


async def test_symbols_of_another_exchange_do_not_count(exchange: ScriptedExchange) -> None:
    await fetch(exchange)
    await sync_to_async(Symbol.objects.update)(source="binance")
    exchange.rest[EXCHANGE_INFO] = (200, json.dumps(frames.exchange_info("NEWUSDT")), {})
    await fetch(exchange)
    assert await stored() == {"NEWUSDT"}
