"""What came of a run and of a sweep, as REST answers it: each in the shape that the document says of it."""

from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # its stubs are not installed

from accounts.models import User
from config.openapi.components import Components
from tests.accounts.rest import bearer
from tests.trading.backtests.conftest import completed
from trading.backtests.results import BACKTEST_RESULT
from trading.engine.backtests.results.result import BacktestResult
from trading.engine.backtests.sweeps.result import SweepResult

pytestmark = pytest.mark.django_db
SHAPES = [shape for shape in (BACKTEST_RESULT.answer, BACKTEST_RESULT.other_answer) if shape is not None]


def shapes_of(user: User, result: BacktestResult | SweepResult) -> list[bool]:
    """Return of which of the documented shapes the answer is."""
    path = f"/api/v1/trading/backtests/{completed(user, result).pk}/result/"
    answer: Any = Client().get(path, headers=bearer(user)).json()
    components = Components(SHAPES)
    schemas = [{**components.reference(shape), "components": {"schemas": components.schemas}} for shape in SHAPES]
    return [Draft202012Validator(schema).is_valid(answer) for schema in schemas]


def test_a_run_and_a_sweep_are_each_in_a_shape_of_their_own(
    trader: User, result: BacktestResult, sweep: SweepResult
) -> None:
    assert shapes_of(trader, result) == [True, False]
    assert shapes_of(trader, sweep) == [False, True]
