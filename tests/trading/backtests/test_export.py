"""A backtest as a file: each of its trades as CSV, and as JSON no more rows than a request may hold."""

import csv
import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from tests.accounts.rest import bearer
from tests.trading.backtests.conftest import completed
from trading.backtests import export
from trading.backtests.export import result_json, trades_csv
from trading.engine.backtests.results.result import BacktestResult
from trading.engine.backtests.sweeps.result import SweepResult


def exported(user: User, result: BacktestResult | SweepResult, form: str) -> Any:
    """Return the answer to a user who asks for a file of a backtest that came to a result."""
    backtest = completed(user, result)
    path = f"/api/v1/trading/backtests/{backtest.pk}/export/?form={form}"
    answer = Client().get(path, headers=bearer(user))
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{backtest.pk}.{form}"'
    return answer


def test_it_writes_every_trade_whatever_is_read_at_a_time(
    result: BacktestResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = trades_csv(result.trades)
    rows = list(csv.DictReader(whole.splitlines()))
    assert [row["number"] for row in rows] == [str(number) for number in range(1, len(result.trades) + 1)]
    assert len(rows) > 2
    monkeypatch.setattr(export, "_ROWS_AT_A_TIME", 2)
    assert trades_csv(result.trades) == whole


def test_it_writes_the_newest_rows_and_how_many_there_are(result: BacktestResult) -> None:
    every, some = json.loads(result_json(result)), json.loads(result_json(result, most_rows=2))
    assert len(every["trades"]) == some["trade_count"] == len(result.trades)
    assert [some[name] for name in ("trades", "fills", "orders")] == [
        every[name][-2:] for name in ("trades", "fills", "orders")
    ]


@pytest.mark.django_db
def test_it_answers_with_the_file(trader: User, result: BacktestResult, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = exported(trader, result, "csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.decode() == trades_csv(result.trades)
    monkeypatch.setattr(export, "MOST_JSON_ROWS", 1)
    told = json.loads(exported(trader, result, "json").content)
    assert (len(told["trades"]), told["trade_count"]) == (1, len(result.trades))
    assert told["backtest"]["state"] == "completed"


@pytest.mark.django_db
def test_it_answers_with_the_runs_of_a_sweep(trader: User, sweep: SweepResult) -> None:
    rows = list(csv.DictReader(exported(trader, sweep, "csv").content.decode().splitlines()))
    assert [(row["number"], row["fast"], row["error"]) for row in rows] == [("0", "3", ""), ("1", "5", "")]
    metrics = [cell.metrics for cell in sweep.cells]
    assert [row["total_return"] for row in rows] == [str(each.total_return) for each in metrics if each]
    assert [row["cagr"] for row in rows] == ["", ""]  # undefined over a few hours
    told = json.loads(exported(trader, sweep, "json").content)
    assert [cell["parameters"]["fast"] for cell in told["cells"]] == [3, 5]
    assert (told["backtest"]["kind"], told["hash"]) == ("sweep", sweep.fingerprint.hash)
