"""Which strategies there are, with their parameters: what a form is made of."""

from collections.abc import Sequence
from typing import Any

import msgspec

from streaming.commands.parameters import NoParameters
from streaming.commands.use_cases import Caller, JsonNumber, UseCase
from streaming.numbers import exact_json
from trading.engine.strategies.parameters import ParameterSchema, ParameterType, parameter_schema
from trading.engine.strategies.registry import installed_strategies


class ParameterAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A parameter; `minimum` and `maximum` are included."""

    name: str
    title: str
    type: ParameterType
    required: bool
    default: Any
    minimum: JsonNumber | None
    maximum: JsonNumber | None
    choices: Sequence[str]
    description: str


class StrategyAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A strategy that can be tested."""

    name: str
    title: str
    description: str
    parameters: Sequence[ParameterAnswer]


class StrategiesAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """All of them, by name."""

    items: Sequence[StrategyAnswer]


def _kinds(caller: Caller, given: NoParameters) -> StrategiesAnswer:
    """List the strategies that can be tested, with their parameters."""
    return StrategiesAnswer(items=[_strategy_answer(name) for name in sorted(installed_strategies())])


def _strategy_answer(name: str) -> StrategyAnswer:
    strategy = installed_strategies()[name]
    return StrategyAnswer(
        name=name,
        title=strategy.title,
        description=strategy.description,
        parameters=[_parameter_answer(each) for each in parameter_schema(strategy)],
    )


def _parameter_answer(parameter: ParameterSchema) -> ParameterAnswer:
    return ParameterAnswer(
        name=parameter.name,
        title=parameter.title,
        type=parameter.type,
        required=parameter.required,
        default=exact_json(parameter.default),
        minimum=exact_json(parameter.minimum),
        maximum=exact_json(parameter.maximum),
        choices=parameter.choices,
        description=parameter.description,
    )


STRATEGY_KINDS = UseCase(act=_kinds, answer=StrategiesAnswer)
