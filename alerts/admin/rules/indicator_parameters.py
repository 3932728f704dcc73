"""The fields of an indicator's parameters in the form of a rule: one for each name that any indicator has."""

# unfold has no types; Django's form classes are of no type here.
# mypy: disable-error-code="import-untyped"

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.forms.forms import DeclarativeFieldsMetaclass
from unfold.widgets import UnfoldAdminDecimalFieldWidget

from streaming.indicators.catalogue import CATALOGUE, Parameter

_BY_NAME: Mapping[str, list[tuple[str, Parameter]]] = {
    name: [(one.name, each) for one in CATALOGUE.values() for each in one.parameters if each.name == name]
    for name in dict.fromkeys(each.name for one in CATALOGUE.values() for each in one.parameters)
}
"""The parameters of a name, each with its indicator."""


class ParameterFields:
    """Those of one series: of what a rule looks at, or of another that is the level.

    `indicator` is the field in which the indicator is chosen, `path` where its parameters stand in a condition.
    """

    def __init__(self, *, prefix: str, suffix: str, indicator: str, path: str) -> None:
        self.indicator = indicator
        self.by_parameter: Mapping[str, str] = {name: f"{prefix}{name}" for name in _BY_NAME}
        self.row = tuple(self.by_parameter.values())
        self._suffix = suffix
        self._path = path

    def having(self, parameter: str) -> list[str]:
        """Return the indicators that have a parameter."""
        return [indicator for indicator, _ in _BY_NAME[parameter]]

    def form_fields(self) -> Iterator[tuple[str, forms.CharField]]:
        """Yield each field with its name. What is typed is judged with the rest of the rule, as everywhere."""
        for parameter, field in self.by_parameter.items():
            label = f"{parameter.capitalize()}{self._suffix}"
            yield field, forms.CharField(label=label, required=False, max_length=1000, widget=self._widget(parameter))

    def initial(self, series: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the fields show of a series as it is kept."""
        kept = series.get("parameters") or {}
        return {field: kept.get(parameter, "") for parameter, field in self.by_parameter.items()}

    def given(self, cleaned: Mapping[str, Any]) -> dict[str, str]:
        """Return what is typed, by the parameters' names; where a field is empty the indicator's own value counts."""
        return {parameter: cleaned[field] for parameter, field in self.by_parameter.items() if cleaned.get(field)}

    def by_path(self, cleaned: Mapping[str, Any]) -> dict[str, str]:
        """Return each field by the path of its parameter; the first that is filled stands for all of them together."""
        paths = {f"{self._path}.{parameter}": field for parameter, field in self.by_parameter.items()}
        filled = [self.by_parameter[parameter] for parameter in self.given(cleaned)]
        return paths | ({self._path: filled[0]} if filled else {})

    def _widget(self, parameter: str) -> Any:
        """Return the input of a number between the bounds, which shows what counts while it is empty."""
        choices = [each for _, each in _BY_NAME[parameter]]
        usual = {indicator: f"{each.default:f}" for indicator, each in _BY_NAME[parameter]}
        return UnfoldAdminDecimalFieldWidget(
            {
                "min": f"{min(each.minimum for each in choices):f}",
                "max": f"{max(each.maximum for each in choices):f}",
                "step": "1" if all(each.is_whole for each in choices) else "any",
                "x-bind:placeholder": f"({json.dumps(usual)})[{self.indicator}] ?? ''",
            }
        )


OF_SERIES = ParameterFields(prefix="parameter_", suffix="", indicator="indicator", path="parameters")
OF_LEVEL = ParameterFields(
    prefix="level_parameter_", suffix=" of the level", indicator="level_indicator", path="level_source.parameters"
)
IndicatorParametersForm: Any = DeclarativeFieldsMetaclass(
    "IndicatorParametersForm", (forms.Form,), dict([*OF_SERIES.form_fields(), *OF_LEVEL.form_fields()])
)
"""A form that has them, for others to begin with."""
