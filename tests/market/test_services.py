"""Storing the symbols that the exchange lists."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from streaming.events import Source
from streaming.market.errors import EmptyExchangeInfoError
from streaming.market.models import UNLISTED, Symbol
from streaming.market.services import SymbolsStored, symbols_store
from streaming.market.sources.answers import ExchangeInfo, SymbolInfo
from streaming.market.sources.binance.rest_parser import parse_exchange_info
from tests.market import frames
from tests.market.listed_symbols import symbol

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def info(*symbols: SymbolInfo, unreadable: int = 0) -> ExchangeInfo:
    """Return what an exchange lists."""
    return ExchangeInfo(symbols=symbols, unreadable=unreadable)


def statuses() -> dict[str, str]:
    """Return the status of every symbol."""
    return dict(Symbol.objects.values_list("name", "status"))


def test_it_stores_symbols_with_the_digits_of_their_sizes() -> None:
    stored = symbols_store(info=info(symbol("BTCUSDT"), symbol("X", tick_size=None)), source=Source.BINANCE, now=NOW)
    assert stored == SymbolsStored(listed=2, trading=2, unlisted=0)
    one = Symbol.objects.get(name="BTCUSDT")
    assert (one.base, one.quote, one.status, one.source) == ("BTC", "USDT", "TRADING", "binance")
    assert (str(one.tick_size), str(one.step_size)) == ("1E-8", "0.00001000")
    assert one.tick_size == Decimal("0.00000001")
    assert (one.minimum_quantity, one.maximum_quantity) == (Decimal("0.0001"), Decimal(9000))
    assert (one.bid_multiplier_down, one.ask_multiplier_up, one.maximum_orders) == (Decimal("0.2"), Decimal(5), 200)
    assert Symbol.objects.get(name="X").tick_size is None
    assert str(one) == "BTCUSDT"


def test_it_changes_what_has_changed_and_keeps_when_a_symbol_was_first_seen() -> None:
    symbols_store(info=info(symbol("BTCUSDT")), source=Source.SIMULATOR, now=NOW)
    halted = symbol("BTCUSDT", status="HALT", tick_size="0.5")
    assert symbols_store(info=info(halted), source=Source.BINANCE, now=LATER).trading == 0
    one = Symbol.objects.get()
    assert (one.status, one.tick_size, one.source) == ("HALT", Decimal("0.5"), "binance")
    assert (one.listed_at, one.updated_at) == (NOW, LATER)


def test_it_marks_as_unlisted_what_the_exchange_no_longer_lists() -> None:
    symbols_store(info=info(symbol("A"), symbol("B")), source=Source.BINANCE, now=NOW)
    assert symbols_store(info=info(symbol("B")), source=Source.BINANCE, now=LATER).unlisted == 1
    assert statuses() == {"A": UNLISTED, "B": "TRADING"}
    again = symbols_store(info=info(symbol("B")), source=Source.BINANCE, now=LATER + timedelta(hours=1))
    assert again.unlisted == 0
    symbols_store(info=info(symbol("A"), symbol("B")), source=Source.BINANCE, now=LATER + timedelta(hours=2))
    assert statuses() == {"A": "TRADING", "B": "TRADING"}


def test_it_changes_nothing_where_the_exchange_lists_nothing() -> None:
    symbols_store(info=info(symbol("A")), source=Source.BINANCE, now=NOW)
    with pytest.raises(EmptyExchangeInfoError, match="7 could not be read"):
        symbols_store(info=info(unreadable=7), source=Source.BINANCE, now=LATER)
    assert statuses() == {"A": "TRADING"}


def test_it_stores_a_thousand_symbols_and_counts_the_odd_ones_among_them() -> None:
    odd = [7, None, {}, {"symbol": "X"}, {"symbol": "\u0000", "status": "TRADING", "baseAsset": "A", "quoteAsset": "B"}]
    listed = frames.exchange_info(*(f"S{number}USDT" for number in range(1000)))
    listed["symbols"] += odd
    many = parse_exchange_info(json.dumps(listed))
    assert (len(many.symbols), many.unreadable) == (1000, len(odd))
    assert symbols_store(info=many, source=Source.BINANCE, now=NOW) == SymbolsStored(
        listed=1000, trading=1000, unlisted=0
    )
    fewer = info(*many.symbols[:990])
    assert symbols_store(info=fewer, source=Source.BINANCE, now=LATER).unlisted == 10
    assert list(statuses().values()).count("TRADING") == 990
    assert Symbol.objects.filter(updated_at=LATER).count() == 990


def test_it_stores_none_of_many_where_one_cannot_be_stored() -> None:
    symbols_store(info=info(symbol("A")), source=Source.BINANCE, now=NOW)
    many = [symbol(f"S{number}USDT") for number in range(1000)]
    with pytest.raises(IntegrityError), transaction.atomic():
        symbols_store(info=info(*many, symbol("")), source=Source.BINANCE, now=LATER)
    assert statuses() == {"A": "TRADING"}


@pytest.mark.parametrize("change", [{"name": ""}, {"base": ""}, {"status": ""}, {"source": "elsewhere"}])
def test_the_database_refuses_a_symbol_that_makes_no_sense(change: dict[str, str]) -> None:
    symbols_store(info=info(symbol("A")), source=Source.BINANCE, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Symbol.objects.update(**change)
