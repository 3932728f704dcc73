"""Parameters of strategies: what is told of them, how values are read, and how wrong ones are named."""

from decimal import Decimal
from typing import Annotated, Any

import msgspec
import pytest
from msgspec import Meta
from msgspec.structs import asdict

from streaming.commands.validation import validation_message
from tests.trading.engine.instruments import BTC
from trading.engine.strategies.errors import StrategyParametersError
from trading.engine.strategies.parameters import (
    ParameterSchema,
    ParameterType,
    StrategyParameters,
    number,
    parameter_schema,
    read_parameters,
)
from trading.engine.strategies.registry import installed_strategies
from trading.engine.strategies.shipped.grid import GridTrading
from trading.engine.strategies.shipped.ma_cross import Average, MovingAverageCross
from trading.engine.strategies.strategy import Strategy

GRID = {"lower_price": 90, "upper_price": 100, "grid_count": 10}


class Everything(StrategyParameters, frozen=True, kw_only=True):
    """One parameter of each type."""

    needed: Annotated[int, Meta(ge=1, le=9, title="How many", description="As many as that")]
    share: Annotated[Decimal, number(least="0.1", most="1", title="Share", description="Of all")] = Decimal("0.5")
    kind: Average = Average.EXPONENTIAL
    is_careful: bool = False
    limit: Decimal | None = None


class Anything(Strategy[Everything]):
    """Does nothing."""

    name = "anything"
    title = description = "Anything"
    Parameters = Everything


def faults(strategy: type[Strategy[Any]], given: dict[str, object]) -> dict[str, str]:
    with pytest.raises(StrategyParametersError) as refused:
        read_parameters(strategy, given, BTC)
    assert str(refused.value) == validation_message(refused.value.fields)
    return refused.value.fields


def test_it_tells_name_title_type_default_bounds_and_choices_of_each() -> None:
    unbounded = {"minimum": None, "maximum": None, "choices": (), "required": False, "description": ""}
    assert [asdict(each) for each in parameter_schema(Anything)] == [
        {
            "name": "needed",
            "title": "How many",
            "description": "As many as that",
            "choices": (),
            "type": ParameterType.INTEGER,
            "required": True,
            "default": None,
            "minimum": 1,
            "maximum": 9,
        },
        {
            "name": "share",
            "title": "Share",
            "description": "Of all",
            "type": ParameterType.DECIMAL,
            "required": False,
            "default": Decimal("0.5"),
            "minimum": Decimal("0.1"),
            "maximum": Decimal(1),
            "choices": (),
        },
        {
            **unbounded,
            "choices": ("sma", "ema", "wma"),
            "name": "kind",
            "title": "Kind",
            "type": ParameterType.CHOICE,
            "default": "ema",
        },
        {**unbounded, "name": "is_careful", "title": "Is careful", "type": ParameterType.BOOLEAN, "default": False},
        {**unbounded, "name": "limit", "title": "Limit", "type": ParameterType.DECIMAL, "default": None},
    ]


def test_it_reads_numbers_as_numbers_or_their_text_and_takes_null_for_not_given() -> None:
    as_text = {"needed": "3", "share": "0.25", "kind": "wma", "is_careful": "true", "limit": "7"}
    as_json = {"needed": 3, "share": Decimal("0.25"), "kind": "wma", "is_careful": True, "limit": 7}
    expected = Everything(needed=3, share=Decimal("0.25"), kind=Average.WEIGHTED, is_careful=True, limit=Decimal(7))
    assert read_parameters(Anything, as_text) == read_parameters(Anything, as_json) == expected
    assert read_parameters(Anything, asdict(expected)) == expected
    assert read_parameters(Anything, {"needed": 1, "share": None, "limit": ""}) == Everything(needed=1)


@pytest.mark.parametrize(
    ("strategy", "given", "expected"),
    [
        (MovingAverageCross, {"fast": 30, "slow": 30}, {"fast": "fast must be smaller than slow"}),
        (MovingAverageCross, {"fast": 1}, {"fast": "fast must be a whole number from 2 to 200"}),
        (MovingAverageCross, {"fast": 9.5}, {"fast": "fast must be a whole number from 2 to 200"}),
        (MovingAverageCross, {"kind": "hull"}, {"kind": "kind must be one of sma ema wma"}),
        (MovingAverageCross, {"speed": 1}, {"speed": "ma_cross has no parameter speed"}),
        (
            MovingAverageCross,
            {"position_size": "2", "fast": "x"},
            {
                "position_size": "position_size must be a number from 0.01 to 1",
                "fast": "fast must be a whole number from 2 to 200",
            },
        ),
        (Anything, {}, {"needed": "needed is required"}),
        (Anything, {"needed": 1, "share": 0.5}, {"share": "share must be a number from 0.1 to 1"}),
        (Anything, {"needed": 1, "is_careful": "yes"}, {"is_careful": "is_careful must be true or false"}),
        (Anything, {"needed": 1, "limit": "many"}, {"limit": "limit must be a number"}),
        (GridTrading, {**GRID, "upper_price": 90}, {"upper_price": "upper_price must be greater than lower_price"}),
        (GridTrading, {**GRID, "lower_price": 0}, {"lower_price": "lower_price must be greater than 0"}),
        (GridTrading, {**GRID, "stop_loss": 90}, {"stop_loss": "stop_loss must be smaller than lower_price"}),
        (GridTrading, {**GRID, "take_profit": 100}, {"take_profit": "take_profit must be greater than upper_price"}),
        (
            GridTrading,
            {**GRID, "stop_loss": 80, "trigger_price": 80},
            {"trigger_price": "trigger_price must be greater than stop_loss"},
        ),
        (
            GridTrading,
            {**GRID, "take_profit": 110, "trigger_price": 110},
            {"trigger_price": "trigger_price must be smaller than take_profit"},
        ),
        (
            GridTrading,
            {**GRID, "investment": 1, "order_size": 1},
            {"order_size": "order_size must not be given together with investment"},
        ),
        (
            GridTrading,
            {**GRID, "lower_price": "99.99"},
            {"grid_count": "grid_count is too large: lines would be less than a tick (0.01) apart"},
        ),
    ],
)
def test_it_names_each_wrong_parameter(
    strategy: type[Strategy[Any]], given: dict[str, object], expected: dict[str, str]
) -> None:
    assert faults(strategy, given) == expected


def test_what_it_says_of_unknown_parameters_is_bounded() -> None:
    wrong = faults(MovingAverageCross, {f"{number:05}" * 100: 1 for number in range(1000)})
    assert len(wrong) == 20
    assert max(map(len, wrong.values())) < 100


def test_it_refuses_a_type_that_no_form_has() -> None:
    class Odd(msgspec.Struct, frozen=True):
        names: list[str] = []

    with pytest.raises(TypeError, match="no parameter of a strategy can be of this type"):
        parameter_schema(type("Oddity", (Anything,), {"Parameters": Odd}))


@pytest.mark.parametrize("strategy", installed_strategies().values(), ids=list(installed_strategies()))
def test_each_shipped_one_describes_its_parameters_with_bounds(strategy: type[Strategy[Any]]) -> None:
    def is_whole(schema: ParameterSchema) -> bool:
        has_bounds = schema.choices or (schema.minimum is not None and schema.maximum is not None)
        return bool(schema.title and schema.description.strip() and has_bounds)

    assert [each.name for each in parameter_schema(strategy) if not is_whole(each)] == []
    assert strategy.title
    assert strategy.description.endswith(".")
