"""Which fields of a rule's form are shown: those that its source and its operator have a use for.

A field that holds something is shown whatever is chosen, so that what is refused can be seen. The panel (unfold) asks
for expressions of the page's script, in which each field's name stands for what it holds.
"""

import json
from collections.abc import Iterable, Mapping

from alerts.admin.rules.indicator_parameters import OF_LEVEL, OF_SERIES, ParameterFields
from alerts.conditions.rule import (
    EDGE_OPERATORS,
    LEVEL_OPERATORS,
    MOVE_OPERATORS,
    RANGE_OPERATORS,
    AlertSource,
    TriggerPolicy,
)
from alerts.events import AlertOperator
from alerts.rules.level_source import LEVEL_SOURCES
from alerts.rules.series_choice import FIELDS, PRICES, needs_interval, takes

_OPERANDS = ("indicator", "strategy", "action", "chain", "address", "token", "tx")
_OPERATORS: Mapping[str, Iterable[AlertOperator]] = {
    "hysteresis": frozenset(AlertOperator) - EDGE_OPERATORS,
    **dict.fromkeys(("lower", "upper"), RANGE_OPERATORS),
    **dict.fromkeys(("amount", "percent", "within_seconds"), MOVE_OPERATORS),
}


_OF_CANDLES = [source for source in AlertSource if needs_interval(source)]
_OF_SEVERAL_FIELDS = [source for source in AlertSource if takes(source, "field") and len(FIELDS.get(source, ())) != 1]
_OF_PRICES = [source for source, fields in FIELDS.items() if not PRICES.isdisjoint(fields)] + [AlertSource.INDICATOR]
"""Sources that have prices, or averages of prices, which are compared with lines."""


def shown_fields() -> Mapping[str, str]:
    """Return by a field's name the expression by which it is shown; a field that isn't there is always shown."""
    of_candles = _one_of("source", _OF_CANDLES)
    return {
        "field": _shown("field", _one_of("source", _OF_SEVERAL_FIELDS)),
        "interval": _shown("interval", f"{of_candles} || {_one_of('trigger', [TriggerPolicy.ONCE_PER_CANDLE_CLOSE])}"),
        **{
            name: _shown(name, _one_of("source", (source for source in AlertSource if takes(source, name))))
            for name in _OPERANDS
        },
        **_of_parameters(OF_SERIES, "source"),
        "line": _shown("line", f"{_one_of('source', _OF_PRICES)} && {_one_of('operator', LEVEL_OPERATORS)}"),
        "threshold": _shown("threshold", f"{_one_of('operator', LEVEL_OPERATORS)} && !level_source"),
        **{name: _shown(name, _one_of("operator", operators)) for name, operators in _OPERATORS.items()},
        **_of_level(),
    }


def _of_level() -> Mapping[str, str]:
    """Return the fields of a level that is another series: which, and what tells that one apart."""
    compared = f"{_one_of('source', LEVEL_SOURCES)} && {_one_of('operator', LEVEL_OPERATORS)}"
    sources = {"level_interval": _OF_CANDLES, "level_field": _OF_SEVERAL_FIELDS}
    sources["level_indicator"] = [source for source in LEVEL_SOURCES if takes(source, "indicator")]
    return {
        "level_source": _shown("level_source", compared),
        **{name: _shown(name, _one_of("level_source", having)) for name, having in sources.items()},
        **_of_parameters(OF_LEVEL, "level_source"),
    }


def _of_parameters(fields: ParameterFields, source: str) -> Mapping[str, str]:
    """Return the fields of an indicator's parameters: those that the chosen one has."""
    is_indicator = _one_of(source, [AlertSource.INDICATOR])
    return {
        field: _shown(field, f"{is_indicator} && {_one_of(fields.indicator, fields.having(parameter))}")
        for parameter, field in fields.by_parameter.items()
    }


def _one_of(field: str, values: Iterable[str]) -> str:
    return f"{json.dumps(sorted(values))}.includes({field})"


def _shown(field: str, expression: str) -> str:
    return f"{expression} || !!{field}"
