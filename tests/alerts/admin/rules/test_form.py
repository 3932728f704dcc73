"""The form of a rule: it makes and changes rules, and refuses in the words of every interface."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import NON_FIELD_ERRORS
from django.test import Client
from django.utils.html import escape
from pytest_django import Settings

from accounts.models import User
from alerts.admin.rules.choices import source_choices
from alerts.conditions.rule import AlertSource
from alerts.models import AlertRule, RuleChange
from tests.accounts.admin.browsers import text_of
from tests.alerts.admin.conftest import MakeRule
from tests.alerts.admin.rules.form_values import ADD, GOOD, LIST, row_of, sent_of
from tests.alerts.rules.refusals import OF_PARAMETERS
from tests.wallets.rows import chain_named, wallet_of
from wallets.addresses import with_checksum
from wallets.models import Chain

_FORMS = {
    tuple(fields): (given, fields)
    for given, fields in OF_PARAMETERS.values()
    if all(isinstance(value, str | int) for value in given.values() if value is not None)
    and set(given) <= {*GOOD, "lower", "upper", "hysteresis", "template", "cooldown", "percent", "amount", "window"}
    and not {"name", "symbol", "trigger"} & set(given)
    and given.get("source") not in ("moon", "wallet")
    and given.get("operator") != "near"
    and "severity" not in given
}
"""One for all that say something of the same fields, of those that can be typed into the form.

It offers no unknown choice, and asks itself for what it must have.
"""


def _field(parameter: str) -> str:
    return "within_seconds" if parameter == "window" else parameter


_LABELS = {"lower": "Lower bound", "upper": "Upper bound", "amount": "Moves by", "percent": "Moves by per cent"}
_LABELS["cooldown"] = "Cool-down (seconds)"


def _labelled(field: str, parameter: str, sentence: str) -> str:
    """Return a sentence as the form says it: it begins with the label, where programs read the parameter's name."""
    label = _LABELS.get(field, field.replace("_", " ").capitalize())
    return f"{label} {sentence.removeprefix(f'{parameter} ')}" if sentence.startswith(f"{parameter} ") else sentence


def _page(rule: AlertRule) -> str:
    return f"{LIST}{rule.pk}/change/"


@pytest.fixture
def symbols(make_rule: MakeRule) -> None:
    """Make the symbols known."""


def test_it_makes_a_rule(administrator: Client, symbols: None, owner: User, root: User) -> None:
    assert "Rule" in text_of(administrator.get(ADD))
    response = administrator.post(ADD, GOOD | {"owner": owner.pk})
    assert response.status_code == 302
    rule = AlertRule.objects.get()
    assert (rule.owner, rule.name, str(rule.threshold), rule.enabled) == (owner, "High", "50000.100", True)
    assert rule.state == "pending"
    assert RuleChange.objects.filter(rule_id=rule.pk).exists()
    assert AlertRule.history.latest().history_user == root


def test_it_makes_one_on_a_wallet_of_its_owner_alone(administrator: Client, owner: User, root: User) -> None:
    wallet = wallet_of(owner, chain_named())
    watched = {"source": "wallet", "field": "balance", "chain": "ethereum", "address": wallet.address, "symbol": ""}
    refused = administrator.post(ADD, GOOD | watched | {"owner": root.pk})
    assert f"Address is no wallet of yours on ethereum: {wallet.address}" in text_of(refused)
    assert administrator.post(ADD, GOOD | watched | {"owner": owner.pk}).status_code == 302
    rule = AlertRule.objects.get()
    assert f"balance of {wallet.address} on ethereum is above 50000.1" in text_of(administrator.get(LIST))
    assert administrator.post(_page(rule), sent_of(administrator.get(_page(rule))) | {"name": "Low"}).status_code == 302
    rule.refresh_from_db()
    assert (rule.name, rule.symbol, rule.conditions[0]["address"]) == ("Low", "", with_checksum(wallet.address))


def test_it_offers_the_chains_that_are_followed_and_that_of_the_rule(administrator: Client, owner: User) -> None:
    chain = chain_named()
    wallet = wallet_of(owner, chain)
    watched = {"source": "wallet", "field": "balance", "chain": "ethereum", "address": wallet.address, "symbol": ""}
    refused = administrator.post(ADD, GOOD | watched | {"owner": owner.pk, "chain": "atlantis"})
    assert "Select a valid choice" in str(refused.context["adminform"].form.errors["chain"])
    administrator.post(ADD, GOOD | watched | {"owner": owner.pk})
    Chain.objects.filter(pk=chain.pk).update(is_enabled=False)
    offered = [_offered(administrator.get(page), "chain") for page in (ADD, _page(AlertRule.objects.get()))]
    assert offered == [[""], ["", "ethereum"]]


def test_it_offers_wallets_where_a_chain_is_followed_and_where_the_rule_has_one(
    administrator: Client, owner: User
) -> None:
    def offered() -> list[bool]:
        pages = [administrator.get(page) for page in (ADD, *map(_page, AlertRule.objects.all()))]
        forms = [form for page in pages for form in (_form(page), *_form(page).rows.forms[:1])]
        return ["wallet" in [name for name, _ in form.fields["source"].choices] for form in forms]

    assert offered() == [False, False]
    chain = chain_named()
    wallet = wallet_of(owner, chain)
    watched = {"source": "wallet", "field": "balance", "chain": "ethereum", "address": wallet.address, "symbol": ""}
    administrator.post(ADD, GOOD | watched | {"owner": owner.pk})
    assert offered() == [True] * 4
    Chain.objects.filter(pk=chain.pk).update(is_enabled=False)
    assert offered() == [False, False, True, False]
    page = _page(AlertRule.objects.get())
    assert administrator.post(page, sent_of(administrator.get(page)) | {"name": "Low"}).status_code == 302
    refused = administrator.post(ADD, GOOD | watched | {"owner": owner.pk})
    assert "Select a valid choice. wallet" in str(_form(refused).errors["source"])


@pytest.mark.parametrize("source", list(AlertSource))
def test_it_offers_only_sources_that_tell_something_and_that_of_the_rule(source: AlertSource) -> None:
    told = set(AlertSource) - {source}
    assert {name for name, _ in source_choices(told, "")} == told
    assert {name for name, _ in source_choices(told, source.value)} == set(AlertSource)


def _form(page: Any) -> Any:
    return page.context["adminform"].form


def _offered(page: Any, field: str) -> list[str]:
    return [name for name, _ in _form(page).fields[field].choices]


def test_it_makes_one_with_everything(administrator: Client, symbols: None, owner: User) -> None:
    given = {
        "source": "indicator",
        "indicator": "rsi",
        "interval": "1m",
        "parameter_period": "21",
        "threshold": "70",
        **row_of(3, source="price", operator="above", threshold="1.50"),
        "combine": "any",
        "trigger": "every_time",
        "cooldown": "60",
        "expires_0": "2040-01-02",
        "expires_1": "03:04:05",
        "max_firings": "9",
        "severity": "critical",
        "channels": ["email", "webhook"],
        "template": "{symbol} {price}",
        "enabled": "",
    }
    assert administrator.post(ADD, GOOD | {"owner": owner.pk} | given).status_code == 302
    rule = AlertRule.objects.get()
    assert [condition["threshold"] for condition in rule.conditions] == ["70", "1.50"]
    assert rule.conditions[0]["parameters"] == {"period": "21"}
    assert (rule.combine, rule.cooldown_seconds, rule.max_firings, rule.severity) == ("any", 60, 9, "critical")
    assert (rule.channels, rule.template, rule.enabled) == (["email", "webhook"], "{symbol} {price}", False)
    assert rule.expires_at is not None
    assert rule.expires_at.isoformat() == "2040-01-02T03:04:05+00:00"
    before = AlertRule.objects.values().get()
    assert administrator.post(_page(rule), sent_of(administrator.get(_page(rule)))).status_code == 302
    after = AlertRule.objects.values().get()
    assert after == before  # what the form shows is what it saves


@pytest.mark.parametrize(("given", "fields"), _FORMS.values(), ids=map(" ".join, _FORMS))
def test_it_refuses_as_every_interface_does(
    administrator: Client, symbols: None, owner: User, given: dict[str, Any], fields: dict[str, str]
) -> None:
    form = {_field(name): value for name, value in (GOOD | {"owner": owner.pk} | given).items() if value is not None}
    response = administrator.post(ADD, form)
    errors = response.context["adminform"].form.errors
    assert {name: list(sentences) for name, sentences in errors.items()} == {
        _field(name): [_labelled(_field(name), name, sentence)] for name, sentence in fields.items()
    }
    assert not AlertRule.objects.exists()
    assert not RuleChange.objects.exists()


def test_a_line_is_two_points_in_one_field(administrator: Client, symbols: None, owner: User) -> None:
    given = {"operator": "crossing", "threshold": "", "line": "2026-11-26T10:00Z 64000.10, 2026-11-27T10:00Z 65000"}
    assert administrator.post(ADD, GOOD | {"owner": owner.pk} | given).status_code == 302
    before = AlertRule.objects.values().get()
    assert before["conditions"][0]["line"] == {
        "start": {"time": 1_795_687_200_000, "price": "64000.10"},
        "end": {"time": 1_795_773_600_000, "price": "65000"},
    }
    page = _page(AlertRule.objects.get())
    assert administrator.post(page, sent_of(administrator.get(page))).status_code == 302
    assert AlertRule.objects.values().get() == before  # what the form shows is what it saves


_AVERAGE = {"level_source": "indicator", "level_indicator": "sma", "level_interval": "5m"}
"""Of another series that is the level, what the form's fields hold."""
_RSI = {"source": "indicator", "indicator": "rsi", "interval": "5m", "threshold": "70"}
_SIGNAL = {"source": "strategy", "operator": "at_least", "threshold": "0.6"}


def test_another_series_has_fields_of_its_own(administrator: Client, symbols: None, owner: User) -> None:
    given = {"operator": "crossing_up", "threshold": "", "level_parameter_period": "50"} | _AVERAGE
    assert administrator.post(ADD, GOOD | {"owner": owner.pk} | given).status_code == 302
    before = AlertRule.objects.values().get()
    average = {"source": "indicator", "indicator": "sma", "field": "value", "interval": "5m"}
    assert before["conditions"][0]["level_source"] == average | {"parameters": {"period": "50"}}
    page = _page(AlertRule.objects.get())
    assert administrator.post(page, sent_of(administrator.get(page))).status_code == 302
    assert AlertRule.objects.values().get() == before  # what the form shows is what it saves
    form = sent_of(administrator.get(page))
    emptied = {name: value for name, value in form.items() if not name.startswith("level_")}
    assert administrator.post(page, emptied | {"threshold": "5"}).status_code == 302
    [condition] = AlertRule.objects.get().conditions
    assert ("level_source" in condition, condition["threshold"]) == (False, "5")


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        (_AVERAGE, "threshold", "be given beside level_source"),
        (_AVERAGE | {"level_interval": ""}, "level_interval", "Interval of the level is required for indicator"),
        (
            _AVERAGE | {"level_parameter_period": "999"},
            "level_parameter_period",
            "Period of the level must be from 2 to 200",
        ),
        (
            {"threshold": "", "level_source": "ticker", "level_field": "open", "level_parameter_fast": "3"},
            "level_parameter_fast",
            "Fast of the level can't be given for ticker",
        ),
        (_AVERAGE | {"level_parameter_slow": "9"}, "level_parameter_slow", "Slow of the level is no parameter of sma"),
        (_RSI | {"threshold": "94000"}, "threshold", "Threshold can't be 94000 for above: RSI lies between 0 and 100"),
        (_RSI | {"parameter_period": "1.5"}, "parameter_period", "Period must be"),
        (_RSI | {"parameter_period": "many"}, "parameter_period", "Period must be a number"),
        (_AVERAGE | {"level_field": "upper"}, "level_field", "Field of the level must be one of value"),
        ({"level_field": "open"}, "level_source", "Series of the level is required"),
        ({"threshold": "", "level_source": "price"}, "level_source", "must be another series"),
        ({"threshold": "", "line": "from here to there"}, "line", "line.start.time must be a time"),
        ({"threshold": "", "line": "2026-11-26T10:00Z 64000"}, "line", "line.end.time is required"),
        ({"symbol": "NOSUCH"}, "symbol", "symbol"),
        ({"expires_0": "2001-01-01", "expires_1": "00:00"}, "expires", "Expires (UTC) must be in the future"),
        ({"conditions-TOTAL_FORMS": "11"}, "conditions", "at most 10 forms"),
        ({"conditions-TOTAL_FORMS": "many"}, "conditions", "ManagementForm"),
        ({"parameter_slow": "9"}, "parameter_slow", "Slow can't be given for price"),
        ({"strategy": "strat_none"}, "strategy", "Strategy can't be given for price"),
        (_SIGNAL | {"strategy": "strat_none"}, "strategy", "Strategy is unknown: strat_none"),
        ({"threshold": "high"}, "threshold", "Threshold must be a number"),
        ({"owner": "987654"}, "owner", "valid choice"),
    ],
)
@pytest.mark.usefixtures("symbols")
def test_it_says_beside_the_field_what_is_wrong(
    administrator: Client, owner: User, given: dict[str, str], field: str, sentence: str
) -> None:
    response = administrator.post(ADD, GOOD | {"owner": owner.pk} | given)
    assert response.status_code == 200
    said = response.context["adminform"].form.errors[field]
    assert sentence in " ".join(said)
    assert not AlertRule.objects.exists()


def test_it_says_all_that_is_wrong_at_once_though_owner_and_name_are_missing(administrator: Client) -> None:
    response = administrator.post(ADD, GOOD | {"name": "", "symbol": "", "threshold": ""})
    said = {field: [*errors] for field, errors in response.context["adminform"].form.errors.items()}
    lacking = ["This field is required."]
    assert said == {
        "owner": lacking,
        "name": lacking,
        "symbol": ["Symbol is required"],
        "threshold": ["Threshold is required for above"],
    }


_ABOVE = {"source": "price", "operator": "above", "threshold": "1"}
"""A condition as its row sends it."""


@pytest.mark.parametrize(
    ("fields", "refused", "sentence"),
    [
        ({"threshold": "high"}, "threshold", "Threshold must be a number"),
        ({"threshold": ""}, "threshold", "Threshold is required for above"),
        ({"source": ""}, "source", "Source is required"),
        (
            {"operator": "inside", "threshold": "", "lower": "2", "upper": "1"},
            "upper",
            "Upper bound must be greater than",
        ),
        (
            {"source": "indicator", "indicator": "rsi", "interval": "1m"} | {"parameter_period": "999"},
            "parameter_period",
            "Period must be from 2 to 200",
        ),
        ({"threshold": ""} | _AVERAGE | {"level_interval": ""}, "level_interval", "Interval of the level is required"),
        ({"source": "wallet", "chain": "atlantis"}, "chain", "Select a valid choice"),
        ({"strategy": "strat_none"} | _SIGNAL, "strategy", "Strategy is unknown: strat_none"),
        ({"threshold": "", "line": "from here to there"}, "line", "line.start.time must be a time"),
        ({"within_seconds": "0"}, "within_seconds", "Within seconds must be a whole number"),
    ],
)
@pytest.mark.usefixtures("symbols")
def test_it_says_beside_the_field_of_its_row_what_is_wrong_with_a_further_condition(
    administrator: Client, owner: User, fields: dict[str, str], refused: str, sentence: str
) -> None:
    chain_named()
    rows = row_of(1, **_ABOVE) | row_of(4, **_ABOVE | fields)
    response = administrator.post(ADD, GOOD | {"owner": owner.pk} | rows)
    form = response.context["adminform"].form
    assert [{*row.errors} for row in form.rows] == [{refused} if number == 4 else set() for number in range(10)]
    assert sentence in " ".join(form.rows[4].errors[refused])
    assert form.errors == {NON_FIELD_ERRORS: ["See beside the fields of condition 3 what is wrong"]}
    page = text_of(response)
    assert page.count(escape(sentence)) == 1
    assert page.index('name="conditions-4-source"') < page.index(escape(sentence)) < page.index("data-add")
    assert not AlertRule.objects.exists()


def test_it_says_of_the_further_conditions_what_is_wrong_with_them_together(
    administrator: Client, symbols: None, owner: User
) -> None:
    crossing = {"source": "ticker", "operator": "crossing", "threshold": "1"}
    response = administrator.post(ADD, GOOD | {"owner": owner.pk, "operator": "crossing"} | row_of(0, **crossing))
    [said] = response.context["adminform"].form.errors["conditions"]
    assert said.startswith("Further conditions can never be true together")
    rows = {name: value for number in range(10) for name, value in row_of(number, **_ABOVE).items()}
    response = administrator.post(ADD, GOOD | {"owner": owner.pk} | rows)
    [said] = response.context["adminform"].form.errors["conditions"]
    assert said == "Further conditions must be at most 10 with the flat one"


def test_a_row_in_which_nothing_is_filled_in_and_one_that_is_removed_are_no_conditions(
    administrator: Client, symbols: None, owner: User
) -> None:
    rows = row_of(0, source="", threshold="", DELETE="on") | row_of(2, **_ABOVE) | row_of(3, **_ABOVE, DELETE="on")
    assert administrator.post(ADD, GOOD | {"owner": owner.pk} | rows).status_code == 302
    rule = AlertRule.objects.get()
    assert [condition["threshold"] for condition in rule.conditions] == ["50000.100", "1"]
    page = sent_of(administrator.get(_page(rule)))
    emptied = {name: value for name, value in page.items() if not name.startswith("conditions-0-")}
    assert administrator.post(_page(rule), emptied).status_code == 302
    assert [condition["threshold"] for condition in AlertRule.objects.get().conditions] == ["50000.100"]
    assert LogEntry.objects.latest("pk").get_change_message() == "Changed Further conditions."


def test_it_opens_a_rule_with_all_of_its_conditions_and_saves_it_unchanged(
    administrator: Client, make_rule: MakeRule
) -> None:
    further = [{"source": "price", "operator": "above", "threshold": str(number)} for number in range(1, 10)]
    moving = {"source": "candle", "interval": "1m", "operator": "moving_up", "percent": "2.50", "window": 300}
    rule = make_rule(conditions=[*further[:-1], moving])
    before = AlertRule.objects.values().get()
    page = administrator.get(_page(rule))
    assert [row["source"].value() for row in page.context["adminform"].form.rows.shown] == ["price"] * 8 + ["candle"]
    assert administrator.post(_page(rule), sent_of(page)).status_code == 302
    assert AlertRule.objects.values().get() == before


def test_it_refuses_more_rules_than_there_may_be(
    administrator: Client, rule: AlertRule, owner: User, settings: Settings
) -> None:
    settings.ALERTS_RULES_PER_USER = 1
    page = text_of(administrator.post(ADD, GOOD | {"owner": owner.pk}))
    assert "There may be at most 1 alert rules" in page


def test_it_changes_a_rule_which_begins_anew(administrator: Client, rule: AlertRule, owner: User) -> None:
    AlertRule.objects.filter(pk=rule.pk).update(state="armed", memory={"holds": [True]})
    form = sent_of(administrator.get(_page(rule))) | {"threshold": "60000", "name": "Higher"}
    assert administrator.post(_page(rule), form).status_code == 302
    rule.refresh_from_db()
    assert (rule.name, str(rule.threshold), rule.state, rule.memory) == ("Higher", "60000", "pending", {})
    assert rule.owner == owner


def test_it_leaves_what_a_rule_remembers_where_only_its_name_changes(administrator: Client, rule: AlertRule) -> None:
    AlertRule.objects.filter(pk=rule.pk).update(state="armed", memory={"holds": [True]})
    form = sent_of(administrator.get(_page(rule))) | {"name": "Higher"}
    assert administrator.post(_page(rule), form).status_code == 302
    rule.refresh_from_db()
    assert (rule.name, rule.state, rule.memory) == ("Higher", "armed", {"holds": [True]})


def test_it_switches_a_rule_off_and_on(administrator: Client, rule: AlertRule) -> None:
    form = sent_of(administrator.get(_page(rule)))
    form.pop("enabled")
    administrator.post(_page(rule), form)
    rule.refresh_from_db()
    assert rule.enabled is False
    administrator.post(_page(rule), form | {"enabled": "on"})
    rule.refresh_from_db()
    assert rule.enabled is True
