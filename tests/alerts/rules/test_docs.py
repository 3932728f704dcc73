"""docs/alert-rules.md names all that a rule can be made of, and every state that it can be in."""

from collections.abc import Iterable

import pytest

from alerts.conditions.rule import AlertSource, Combine, TriggerPolicy
from alerts.events import AlertOperator, AlertState, Severity
from alerts.rules.parameters import RuleParameters
from alerts.rules.series_choice import FIELDS
from alerts.rules.template import PLACEHOLDERS
from streaming.indicators.catalogue import CATALOGUE
from tests.processes import ROOT

TEXT = (ROOT / "docs" / "alert-rules.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "names",
    [
        AlertSource,
        AlertOperator,
        AlertState,
        TriggerPolicy,
        Combine,
        Severity,
        CATALOGUE,
        [f"{{{name}}}" for name in PLACEHOLDERS],
        {field for fields in FIELDS.values() for field in fields},
        {output for indicator in CATALOGUE.values() for output in indicator.outputs},
        {parameter.name for indicator in CATALOGUE.values() for parameter in indicator.parameters},
        set(RuleParameters.__struct_fields__) - {"name", "symbol"},
    ],
    ids=lambda names: ",".join(sorted(names))[:40],
)
def test_it_names_every_one(names: Iterable[str]) -> None:
    assert [name for name in names if f"`{name}`" not in TEXT and f"`{name}?`" not in TEXT] == []


def test_it_tells_the_fields_of_each_source_in_their_order() -> None:
    for source, fields in FIELDS.items():
        assert f"| `{source}` | {', '.join(f'`{field}`' for field in fields)}" in TEXT


def test_it_tells_what_each_indicator_takes_and_gives() -> None:
    for name, indicator in CATALOGUE.items():
        parameters = ", ".join(f"`{parameter.name}`" for parameter in indicator.parameters)
        outputs = ", ".join(f"`{output}`" for output in indicator.outputs)
        [row] = [line for line in TEXT.splitlines() if line.startswith("| `") and f"`{name}`" in line.split("|")[1]][:1]
        assert row.endswith(f"| {parameters} | {outputs} |"), name
