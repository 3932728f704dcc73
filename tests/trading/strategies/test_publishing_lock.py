"""Two members of staff who make the same model public at the same time: the signals of one's strategy are public."""

import threading
from decimal import Decimal

import pytest
from django.db import transaction

from streaming.commands.errors import CommandRefusedError
from tests.databases.postgres_database import PostgresDatabase, somebody_waits
from tests.trading.backtests.conftest import trader_named
from tests.trading.live.rows import NOW
from tests.trading.market import SYMBOL, symbol_listed
from tests.trading.price_models.versions import STAFF, published
from tests.waiting import until_now
from trading.live.markets import TradedMarket, traded_instrument
from trading.live.quotes import MarketQuote
from trading.models import ModelVersion, Strategy
from trading.strategies.public_models import model_make_public


def _make() -> tuple[ModelVersion, int, int]:
    symbol_listed()
    return published(), trader_named("ada").pk, trader_named("bob").pk


def _make_public(version: ModelVersion, owner_id: int) -> None:
    last = Decimal(95_000)
    quote = MarketQuote(symbol=SYMBOL, last=last, bid=last, ask=last, simulated=False, stale=False, time=0)
    market = TradedMarket(instrument=traded_instrument("symbol", SYMBOL), quote=quote)
    model_make_public(actor=STAFF, owner_id=owner_id, version=version, market=market, now=NOW)


@pytest.mark.postgres
def test_who_makes_a_model_public_while_another_does_is_refused(postgres: PostgresDatabase) -> None:
    [(version, one, another)] = postgres.run(_make)
    is_first = threading.Event()

    @transaction.atomic
    def first() -> str:
        _make_public(version, one)
        is_first.set()
        until_now(somebody_waits)
        return "public"

    def second() -> str:
        assert is_first.wait(20)
        with pytest.raises(CommandRefusedError) as refused:
            _make_public(version, another)
        return str(refused.value)

    said = postgres.run(first, second)
    assert said[0] == "public"
    assert "are public already" in said[1]
    assert postgres.run(Strategy.objects.filter(is_public=True).count) == [1]
