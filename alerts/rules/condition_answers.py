"""What is answered of a rule's condition: numbers exact, times as the interface writes them."""

from collections.abc import Mapping
from decimal import Decimal

import msgspec
from msgspec import structs

from alerts.conditions.line import Line
from alerts.models import AlertRule
from alerts.rules.conditions import ConditionParameters, LevelSource
from streaming.commands.use_cases import JsonNumber
from streaming.numbers import json_number, optional_json_number
from streaming.times import WriteTime, WrittenTime


class LinePointAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A point of a line."""

    time: WrittenTime
    price: JsonNumber


class LineAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A line that stands in place of a threshold: through both points, and on to the right."""

    start: LinePointAnswer
    end: LinePointAnswer


class SeriesAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Which values are meant; what doesn't belong to the source is null or empty."""

    source: str
    field: str
    interval: str | None
    indicator: str
    parameters: Mapping[str, JsonNumber]


class LevelSourceAnswer(SeriesAnswer, frozen=True, kw_only=True):
    """Another series that stands in place of a threshold."""


class ConditionAnswer(SeriesAnswer, frozen=True, kw_only=True):
    """One condition; what doesn't belong to its operator or source is null or empty."""

    strategy: str
    action: str | None
    chain: str
    address: str
    token: str
    tx: str
    operator: str
    threshold: JsonNumber | None
    line: LineAnswer | None
    level_source: LevelSourceAnswer | None
    lower: JsonNumber | None
    upper: JsonNumber | None
    amount: JsonNumber | None
    percent: JsonNumber | None
    window: int | None
    hysteresis: JsonNumber


def columns_answer(rule: AlertRule) -> ConditionAnswer:
    """Return what the columns still tell of the first condition of a rule whose conditions can't be read."""
    return ConditionAnswer(
        source=rule.source,
        field="",
        interval=rule.interval or None,
        indicator="",
        parameters={},
        strategy="",
        action=None,
        chain="",
        address="",
        token="",
        tx="",
        operator=rule.operator,
        threshold=optional_json_number(rule.threshold),
        line=None,
        level_source=None,
        lower=None,
        upper=None,
        amount=None,
        percent=None,
        window=None,
        hysteresis=json_number(Decimal(0)),
    )


def condition_answer(condition: ConditionParameters, write_time: WriteTime) -> ConditionAnswer:
    """Return what is answered of a condition."""
    return ConditionAnswer(
        **structs.asdict(_series_answer(condition)),
        strategy=condition.strategy,
        action=None if condition.action is None else condition.action.value,
        chain=condition.chain,
        address=condition.address,
        token=condition.token,
        tx=condition.tx,
        operator=condition.operator.value,
        threshold=optional_json_number(condition.threshold),
        line=None if condition.line is None else _line_answer(condition.line, write_time),
        level_source=None if condition.level_source is None else _series_answer(condition.level_source),
        lower=optional_json_number(condition.lower),
        upper=optional_json_number(condition.upper),
        amount=optional_json_number(condition.amount),
        percent=optional_json_number(condition.percent),
        window=condition.window,
        hysteresis=json_number(condition.hysteresis),
    )


def _line_answer(line: Line, write_time: WriteTime) -> LineAnswer:
    start, end = (
        LinePointAnswer(time=write_time(point.time), price=json_number(point.price)) for point in (line.start, line.end)
    )
    return LineAnswer(start=start, end=end)


def _series_answer(series: ConditionParameters | LevelSource) -> LevelSourceAnswer:
    return LevelSourceAnswer(
        source=series.source.value,
        field=series.field,
        interval=None if series.interval is None else series.interval.value,
        indicator=series.indicator,
        parameters={name: json_number(value) for name, value in series.parameters.items()},
    )
