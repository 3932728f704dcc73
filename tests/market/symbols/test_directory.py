"""What a process knows of the symbols."""

from collections.abc import AsyncIterator

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.db import connection

from streaming.fan_out.hub import Hub
from streaming.layer.groups import GATEWAYS_GROUP
from streaming.market.bridge.status import BRIDGE_STATUS_MESSAGE, encode_status
from streaming.market.models import Symbol
from streaming.market.symbols.directory import SYMBOLS_CHANGED_MESSAGE, SymbolDirectory
from tests.market.bridge.statuses import status
from tests.market.symbols.stored_symbols import store
from tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]


TABLE = Symbol._meta.db_table


@pytest.fixture
async def directory(hub: Hub) -> AsyncIterator[SymbolDirectory]:
    """Return a directory that is stopped in the end."""
    one = SymbolDirectory(hub, retry=0.01)
    yield one
    await one.stop()
    await one.stop()


async def test_it_knows_nothing_before_there_is_anything(directory: SymbolDirectory) -> None:
    await directory.start()
    assert not directory.known
    assert not await directory.wait_until_known(0.01)
    assert not directory.is_trading("BTCUSDT")
    assert len(directory) == 0


async def test_it_knows_at_the_start_what_is_stored(directory: SymbolDirectory) -> None:
    await store("BTCUSDT", "ETHUSDT")
    await directory.start()
    assert directory.known
    assert await directory.wait_until_known(0.0)
    assert directory.is_trading("BTCUSDT")
    assert not directory.is_trading("btcusdt")
    facts = directory.find("ETHUSDT")
    assert facts is not None
    assert (facts.base, facts.quote, facts.status) == ("ETH", "USDT", "TRADING")
    assert directory.find("NOPE") is None


async def test_it_loads_again_when_symbols_have_changed(hub: Hub, directory: SymbolDirectory) -> None:
    await directory.start()
    await store("BTCUSDT", "ETHUSDT")
    await hub.send(GATEWAYS_GROUP, {"type": SYMBOLS_CHANGED_MESSAGE})
    assert await directory.wait_until_known(5)
    await store("ETHUSDT", status="HALT")
    await hub.send(GATEWAYS_GROUP, {"type": SYMBOLS_CHANGED_MESSAGE})
    await until(lambda: directory.find("BTCUSDT") is None)
    assert not directory.is_trading("ETHUSDT")
    assert len(directory) == 1


@sync_to_async
def rename_table(old: str, new: str) -> None:
    """Give a table another name."""
    with connection.schema_editor() as editor:
        editor.alter_db_table(Symbol, old, new)


async def test_it_loads_what_it_missed_once_the_bridge_says_that_symbols_are_known(
    hub: Hub, directory: SymbolDirectory
) -> None:
    await directory.start()
    await store("BTCUSDT")
    for message in (b"nonsense", encode_status(status(symbols_known=False))):
        await hub.send(GATEWAYS_GROUP, {"type": BRIDGE_STATUS_MESSAGE, "status": message})
    assert not await directory.wait_until_known(0.1)
    await hub.send(GATEWAYS_GROUP, {"type": BRIDGE_STATUS_MESSAGE, "status": encode_status(status())})
    assert await directory.wait_until_known(10)


async def test_it_loads_again_until_the_database_answers(
    directory: SymbolDirectory, caplog: pytest.LogCaptureFixture
) -> None:
    await store("BTCUSDT")
    await rename_table(TABLE, "away")
    try:
        await directory.start()
        assert not await directory.wait_until_known(0.2)
    finally:
        await rename_table("away", TABLE)
    assert await directory.wait_until_known(10)
    assert len(caplog.records) == 2


async def test_it_outlives_the_request_that_it_was_started_in(hub: Hub, directory: SymbolDirectory) -> None:
    await sync_to_async(async_to_sync(directory.start))()
    await store("BTCUSDT")
    await hub.send(GATEWAYS_GROUP, {"type": SYMBOLS_CHANGED_MESSAGE})
    assert await directory.wait_until_known(10)
