"""Which symbols may be named."""

from datetime import UTC, datetime

import pytest
from asgiref.sync import sync_to_async

from streaming.events import Source
from streaming.market.backfill.errors import BackfillRefusedError
from streaming.market.backfill.symbols import check_symbols
from streaming.market.services import symbols_store
from streaming.market.sources.answers import ExchangeInfo
from tests.market.listed_symbols import symbol

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]


@sync_to_async
def store(source: Source, *names: str) -> None:
    """Store symbols as those of an exchange."""
    info = ExchangeInfo(symbols=tuple(map(symbol, names)), unreadable=0)
    symbols_store(info=info, source=source, now=datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture(autouse=True)
async def listed(db: None) -> None:
    """Store what the exchange lists."""
    await store(Source.SIMULATOR, "BTCUSDT", "ETHUSDT", "SOLUSDT")


async def test_those_that_are_stored_may_be_named() -> None:
    await check_symbols(["BTCUSDT", "SOLUSDT"], source=Source.SIMULATOR)


@pytest.mark.parametrize(
    ("name", "hint"),
    [("BTCUSD", "BTCUSDT"), ("btcusdt", "BTCUSDT"), ("ETHUSDTT", "ETHUSDT"), ("SOL/USDT", "SOLUSDT")],
)
async def test_an_unknown_one_is_refused_with_the_closest(name: str, hint: str) -> None:
    with pytest.raises(BackfillRefusedError, match=rf"no symbol '{name}'\. The closest are {hint}"):
        await check_symbols(["BTCUSDT", name], source=Source.SIMULATOR)


@pytest.mark.parametrize("name", ["", "ZZZ", "BTC\x00USDT" * 100])
async def test_nothing_is_guessed_where_nothing_is_close(name: str) -> None:
    with pytest.raises(BackfillRefusedError, match="The exchange has no symbol") as refused:
        await check_symbols([name], source=Source.SIMULATOR)
    assert "closest" not in str(refused.value)


async def test_symbols_of_another_exchange_do_not_count() -> None:
    await store(Source.BINANCE, "NEWUSDT")
    with pytest.raises(BackfillRefusedError, match="The exchange has no symbol 'NEWUSDT'"):
        await check_symbols(["NEWUSDT"], source=Source.SIMULATOR)
