"""What became of public signals, as REST tells it: judged by stored candles, of public strategies alone, bounded."""

from datetime import timedelta
from decimal import Decimal

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django.test.utils import CaptureQueriesContext

from streaming.events import Source
from streaming.times import iso_time
from tests.trading.asking import Desk
from tests.trading.live.rows import NOW, account_of
from tests.trading.market import MINUTE, START, minutes_stored, wave_row
from tests.trading.signals.stored_signals import signals_given
from trading.engine.live.strategies.state import StrategyState
from trading.models import StrategySignal
from trading.signals.parameters import NewestSignalsQuery, SignalQuery
from trading.signals.selectors import (
    MOST_PUBLIC_STRATEGIES,
    SIGNALS_OF_EACH,
    newest_public_signals,
    public_signals,
)


@sync_to_async
def _given() -> None:
    """Let the first three minutes be stored: the price falls in each."""
    minutes_stored(0, 3)
    account = account_of()
    signals_given(account, "sell", "buy", "sell", "hold")
    signals_given(account, "sell", name="dca", symbol="ETHUSDT")
    signals_given(account, "sell", name="rsi_reversion", is_public=False)


async def test_it_tells_what_became_of_public_signals_by_symbol_and_model(desk: Desk) -> None:
    await _given()
    reader = await desk.user("reader")
    told = (await desk.ask(reader, "GET", "signals/")).data
    band = {
        "least": Decimal("0.7"),
        "most": Decimal("0.8"),
        "signals": 2,
        "independent": 2,
        "confidence": Decimal("0.75"),
    }
    assert told["complete"] is True
    assert told["items"][0] == {
        "symbol": "BTCUSDT",
        "model": "ma_cross",
        "title": "Moving-average cross",
        "horizon": "1m",
        "right": 1,
        "wrong": 1,
        "waiting": 1,
        "hold": 1,
        "independent": 2,
        "hit_rate": Decimal("0.5"),
        "brier_score": Decimal("0.3125"),
        "calibration": [{**band, "hit_rate": Decimal("0.5")}],
        "versions": [
            {
                "version": "2",
                "right": 1,
                "wrong": 1,
                "waiting": 1,
                "hold": 1,
                "independent": 2,
                "hit_rate": Decimal("0.5"),
                "brier_score": Decimal("0.3125"),
                "calibration": [{**band, "hit_rate": Decimal("0.5")}],
            }
        ],
    }
    assert [(item["symbol"], item["model"], item["waiting"], item["hit_rate"]) for item in told["items"][1:]] == [
        ("ETHUSDT", "dca", 1, None)
    ]


async def test_it_tells_those_of_one_symbol_or_model(desk: Desk) -> None:
    await _given()
    reader = await desk.user("reader")
    for query, models in {"symbol=ETH-USDT": ["dca"], "model=ma_cross": ["ma_cross"], "model=none": []}.items():
        told = (await desk.ask(reader, "GET", f"signals/?{query}")).data
        assert [item["model"] for item in told["items"]] == models, query
    assert (await desk.ask(reader, "GET", "signals/?colour=red")).code == "VALIDATION_ERROR"
    assert (await desk.ask(None, "GET", "signals/")).code == "PERMISSION_DENIED"


async def test_it_lists_the_newest_of_each_symbol_with_what_became_of_them(desk: Desk) -> None:
    await _given()
    reader = await desk.user("reader")
    told = (await desk.ask(reader, "GET", "signals/newest/?limit=3")).data
    assert (told["symbols"], told["complete"]) == (["BTCUSDT", "ETHUSDT"], True)
    assert [(item["symbol"], item["action"], item["outcome"]) for item in told["items"]] == [
        ("BTCUSDT", "hold", "hold"),
        ("BTCUSDT", "sell", "waiting"),
        ("BTCUSDT", "buy", "wrong"),
        ("ETHUSDT", "sell", "waiting"),
    ]
    given = START + 2 * MINUTE - 1
    assert told["items"][2] == {
        "symbol": "BTCUSDT",
        "model": "ma_cross",
        "title": "Moving-average cross",
        "version": "2",
        "horizon": "1m",
        "action": "buy",
        "price": wave_row(1).close,
        "confidence": Decimal("0.75"),
        "reason": "the 2. time",
        "timestamp": iso_time(given),
        "outcome": "wrong",
        "judged_at": iso_time(given + 1 + MINUTE),
    }


async def test_it_lists_those_of_one_symbol_and_refuses_what_is_not_there(desk: Desk) -> None:
    await _given()
    reader = await desk.user("reader")
    told = (await desk.ask(reader, "GET", "signals/newest/?symbol=ETH-USDT")).data
    assert ([item["model"] for item in told["items"]], told["symbols"]) == (["dca"], ["ETHUSDT"])
    for query in ("limit=0", "limit=201", "colour=red"):
        assert (await desk.ask(reader, "GET", f"signals/newest/?{query}")).code == "VALIDATION_ERROR", query
    assert (await desk.ask(None, "GET", "signals/newest/")).code == "PERMISSION_DENIED"


@pytest.mark.django_db
def test_ended_strategies_count_last_and_their_symbols_expect_no_more() -> None:
    account = account_of()
    signals_given(account, "sell", name="dca", symbol="ETHUSDT")
    for days in range(1, MOST_PUBLIC_STRATEGIES + 1):
        later = NOW + timedelta(days=days)
        signals_given(account, "buy", state=StrategyState.STOPPED, created_at=later, ended_at=later)
    found = public_signals(SignalQuery())
    assert (found.signals[0].model, len(found.signals)) == ("dca", MOST_PUBLIC_STRATEGIES)
    assert newest_public_signals(NewestSignalsQuery(), source=Source.BINANCE).symbols == ["ETHUSDT"]


@pytest.mark.django_db
def test_many_strategies_on_one_symbol_leave_out_no_other_and_that_there_are_more_is_told() -> None:
    account = account_of()
    signals_given(account, "sell", name="dca", symbol="ETHUSDT")
    for days in range(1, MOST_PUBLIC_STRATEGIES + 1):
        signals_given(account, "buy", created_at=NOW + timedelta(days=days))
    newest = newest_public_signals(NewestSignalsQuery(limit=1), source=Source.BINANCE)
    assert [given.signal.symbol for given in newest.signals] == ["BTCUSDT", "ETHUSDT"]
    assert (newest.symbols, newest.are_all) == (["BTCUSDT", "ETHUSDT"], False)
    for number in range(MOST_PUBLIC_STRATEGIES):
        signals_given(account, symbol=f"C{number:03}USDT", created_at=NOW + timedelta(days=100))
    assert len(newest_public_signals(NewestSignalsQuery(), source=Source.BINANCE).symbols) == MOST_PUBLIC_STRATEGIES + 2
    of_one = newest_public_signals(NewestSignalsQuery(symbol="ETHUSDT"), source=Source.BINANCE)
    assert (of_one.symbols, of_one.are_all) == (["ETHUSDT"], True)


@pytest.mark.django_db
def test_it_looks_at_the_last_signals_of_the_newest_strategies_and_says_so() -> None:
    account = account_of()
    signals_given(account, *["buy"] * (SIGNALS_OF_EACH + 5))
    found = public_signals(SignalQuery())
    assert (len(found.signals), found.are_all) == (SIGNALS_OF_EACH, False)
    assert found.signals[0].time == START + (SIGNALS_OF_EACH + 5) * MINUTE - 1
    StrategySignal.objects.filter(number__lte=5).delete()
    assert public_signals(SignalQuery()).are_all
    for days in range(1, MOST_PUBLIC_STRATEGIES + 1):
        signals_given(account, "sell", name="dca", created_at=NOW + timedelta(days=days))
    with CaptureQueriesContext(connection) as asked:
        found = public_signals(SignalQuery())
    assert ({signal.model for signal in found.signals}, found.are_all) == ({"dca"}, False)
    assert len(asked) == 2
