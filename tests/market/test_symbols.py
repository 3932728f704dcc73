"""What a process knows of the symbols."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from asgiref.sync import sync_to_async

from streaming.events import Source
from streaming.hub import Hub
from streaming.market.demand import GATEWAYS_GROUP
from streaming.market.rest_parser import ExchangeInfo
from streaming.market.services import symbols_store
from streaming.market.symbols import SYMBOLS_CHANGED_MESSAGE, SymbolDirectory
from tests.market.test_services import symbol
from tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]


async def store(*names: str, status: str = "TRADING") -> None:
    """Store symbols as all that the exchange lists."""
    info = ExchangeInfo(symbols=tuple(symbol(name, status=status) for name in names), unreadable=0)
    await sync_to_async(symbols_store)(info=info, source=Source.BINANCE, now=datetime.now(tz=UTC))


@pytest.fixture
async def directory() -> AsyncIterator[SymbolDirectory]:
    """Return a directory that is stopped in the end."""
    one = SymbolDirectory()
    yield one
    await one.stop()
    await one.stop()


async def test_it_knows_nothing_before_there_is_anything(hub: Hub, directory: SymbolDirectory) -> None:
    await directory.start(hub)
    assert not directory.known
    assert not await directory.wait_until_known(0.01)
    assert not directory.is_trading("BTCUSDT")
    assert len(directory) == 0


async def test_it_knows_at_the_start_what_is_stored(hub: Hub, directory: SymbolDirectory) -> None:
    await store("BTCUSDT", "ETHUSDT")
    await directory.start(hub)
    assert directory.known
    assert await directory.wait_until_known(0.0)
    assert directory.is_trading("BTCUSDT")
    assert not directory.is_trading("btcusdt")
    assert directory.bases == {"BTC", "ETH"}
    facts = directory.find("ETHUSDT")
    assert facts is not None
    assert (facts.base, facts.quote, facts.status) == ("ETH", "USDT", "TRADING")
    assert directory.find("NOPE") is None


async def test_it_loads_again_when_symbols_have_changed(hub: Hub, directory: SymbolDirectory) -> None:
    await directory.start(hub)
    await store("BTCUSDT", "ETHUSDT")
    await hub.send(GATEWAYS_GROUP, {"type": SYMBOLS_CHANGED_MESSAGE})
    assert await directory.wait_until_known(5)
    await store("ETHUSDT", status="HALT")
    await hub.send(GATEWAYS_GROUP, {"type": SYMBOLS_CHANGED_MESSAGE})
    await until(lambda: directory.find("BTCUSDT") is None)
    assert not directory.is_trading("ETHUSDT")
    assert directory.bases == frozenset()
    assert len(directory) == 1
