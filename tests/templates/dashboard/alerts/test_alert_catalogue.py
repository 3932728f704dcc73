"""What the page offers for alerts is what the server takes: sources, fields, operators, services and so on."""

from pathlib import Path
from typing import Any

import pytest

from alerts.conditions.rule import AlertSource, TriggerPolicy
from alerts.deliveries.channels.declared_services import SERVICES
from alerts.events import AlertOperator, NotificationKind, Severity
from alerts.preferences.preferences import Channel
from alerts.rules.series_choice import FIELDS
from alerts.rules.template import PLACEHOLDERS
from streaming.indicators.catalogue import CATALOGUE
from tests.processes import ROOT
from tests.templates.page_exports import page_exports

_TEMPLATES = ROOT / "templates"
_MODULES = ("alerts/alert_catalogue.js", "notifications/preferences_values.js", "notifications/services.js")


@pytest.fixture(scope="module")
def offered() -> dict[str, Any]:
    """Return what the page's modules export."""
    catalogue, preferences, services = page_exports(*(f"dashboard/{name}" for name in _MODULES))
    return {**catalogue, "KINDS": preferences["KINDS"], "SERVICES": services["SERVICES"]}


def _keys(pairs: list[list[str]]) -> list[str]:
    return [key for key, _ in pairs]


def test_it_offers_each_source_with_its_fields(offered: dict[str, Any]) -> None:
    assert set(_keys(offered["SOURCES"])) == {source.value for source in AlertSource}
    assert {source: _keys(fields) for source, fields in offered["FIELDS"].items()} == {
        source.value: list(fields) for source, fields in FIELDS.items()
    }


def test_it_offers_each_indicator_and_has_a_name_for_each_of_its_outputs_and_parameters(
    offered: dict[str, Any],
) -> None:
    assert [each["key"] for each in offered["INDICATORS"]] == list(CATALOGUE)
    for each in offered["INDICATORS"]:
        assert all(label for _, label in each["outputs"])
        assert all(parameter["label"] for parameter in each["parameters"])


def test_it_bounds_the_levels_of_an_indicator_as_the_server_does(offered: dict[str, Any]) -> None:
    told = {each["key"]: tuple(each["bounds"]) for each in offered["INDICATORS"] if "bounds" in each}
    assert told == {name: each.bounds for name, each in CATALOGUE.items() if each.bounds}
    assert told["rsi"] == (0, 100)


def test_it_offers_each_operator_trigger_severity_channel_and_kind(offered: dict[str, Any]) -> None:
    assert {each["key"] for each in offered["OPERATORS"]} == {operator.value for operator in AlertOperator}
    assert set(_keys(offered["TRIGGERS"])) == {trigger.value for trigger in TriggerPolicy}
    assert _keys(offered["SEVERITIES"]) == [severity.value for severity in Severity]
    assert _keys(offered["CHANNELS"]) == [channel.value for channel in Channel]
    assert _keys(offered["KINDS"]) == [kind.value for kind in NotificationKind]


def test_it_asks_for_the_address_of_each_service_as_the_service_declares_it(offered: dict[str, Any]) -> None:
    assert offered["SERVICES"] == [
        {
            "channel": service.channel.value,
            "name": service.name,
            "fields": [
                {"name": each.name, "label": each.label, "example": each.example, "isSecret": each.is_secret}
                for each in service.fields
            ],
        }
        for service in SERVICES.values()
    ]


def test_it_names_each_placeholder_in_the_dialog() -> None:
    dialog = Path(_TEMPLATES, "dashboard", "includes", "alerts.html").read_text(encoding="utf-8")
    assert [name for name in PLACEHOLDERS if f"<code>{{{name}}}</code>" not in dialog] == []
