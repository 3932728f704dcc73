"""What is stored of a backtest, and what its processes make of it."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from streaming.commands.parameters import reader_of
from streaming.market.models import Symbol
from tests.trading.market import MINUTE, START, SYMBOL
from trading.backtests.parameters import NewSweep
from trading.backtests.stored_plans import columns_of, sweep_columns_of, sweep_plan_of, sweep_terms_of, terms_of
from trading.candles.series import instrument_of
from trading.engine.backtests.sweeps.errors import SweepError
from trading.engine.backtests.sweeps.plan import SweepPlan
from trading.engine.instrument import PriceBand
from trading.models import Backtest
from trading.running.jobs import BacktestTerms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]
_DAY = 1440 * MINUTE
_NOW = START + 100 * _DAY
_FINER = Decimal("0.001")


def _given(**asked: Any) -> NewSweep:
    read: NewSweep = reader_of(NewSweep)(
        {
            "symbol": SYMBOL,
            "interval": "1m",
            "start": START,
            "end": START + 2 * _DAY,
            "strategy": "grid",
            "params": {"lower_price": "1", "upper_price": "1.5", "order_size": "1"},
            "parameters": {"grid_count": [100, 10]},
            **asked,
        }
    )
    return read


def _stored(sweep: SweepPlan) -> Backtest:
    """Return the sweep's row as it is read back: its JSON's numbers and lists, and names in PostgreSQL's order."""
    columns = sweep_columns_of(sweep)
    read = msgspec.json.decode(msgspec.json.encode(columns["sweep"]))
    read["parameters"] = dict(sorted(read["parameters"].items(), key=lambda each: (len(each[0]), each[0])))
    return Backtest(**{**columns, "sweep": read})


def _planned(row: Backtest, sweep: SweepPlan) -> SweepPlan:
    """Return what a process plans where the stored candles have a finer tick than the symbol has now."""
    terms = sweep_terms_of(row)
    assert terms is not None
    return terms.plan(replace(sweep.plan, instrument=instrument_of(SYMBOL, tick_size=_FINER)), runs=row.runs)


def test_a_process_plans_the_combinations_that_were_queued() -> None:
    sweep = sweep_plan_of(_given(), now_ms=_NOW)
    row = _stored(sweep)
    assert row.runs == 1
    found = _planned(row, sweep)
    assert (found.combinations, found.left_out) == (({"grid_count": 10},), 1)


def test_a_process_plans_them_in_whatever_order_the_database_keeps_the_parameters() -> None:
    asked = {
        "strategy": "ma_cross",
        "params": {},
        "parameters": {"slow": [10, 20], "fast": [5, 15, 9], "kind": ["ema"]},
    }
    sweep = sweep_plan_of(_given(**asked), now_ms=_NOW)
    found = _planned(_stored(sweep), sweep)
    assert [axis.name for axis in found.axes] == ["fast", "kind", "slow"]
    assert sweep.left_out == found.left_out == 1
    assert found.combinations == sweep.combinations


def test_a_row_of_an_older_version_is_planned_anew_and_refused_where_that_gives_others() -> None:
    sweep = sweep_plan_of(_given(), now_ms=_NOW)
    row = _stored(sweep)
    row.sweep = {name: value for name, value in (row.sweep or {}).items() if name != "places"}
    with pytest.raises(ValueError, match="of the 1 combinations of then 2 keep the rules of now"):
        _planned(row, sweep)
    row.runs = 2
    assert len(_planned(row, sweep).combinations) == 2


def test_windows_must_fit_the_candles_that_have_closed() -> None:
    walk = _given(walk_forward={"train": 1, "test": 1})
    with pytest.raises(SweepError, match="train and test must be at most the 1 days of the range together"):
        sweep_plan_of(walk, now_ms=START + 2 * _DAY)
    assert sweep_plan_of(walk, now_ms=_NOW).walk_forward is not None


def test_a_process_is_given_all_filters_of_the_exchange() -> None:
    """A backtest without them executes orders that are refused live."""
    sizes = {"bid_multiplier_down": "0.2", "bid_multiplier_up": 5, "ask_multiplier_down": "0.8", "ask_multiplier_up": 5}
    Symbol.objects.filter(name=SYMBOL).update(**sizes, maximum_orders=200)
    traded = instrument_of(SYMBOL)
    assert (traded.maximum_orders, traded.buy_band) == (200, PriceBand(lowest=Decimal("0.2"), highest=Decimal(5)))
    terms = terms_of(Backtest(**columns_of(_given())), traded)
    read = msgspec.msgpack.decode(msgspec.msgpack.encode(terms), type=BacktestTerms)
    assert read.instrument() == traded
