"""What the form of a rule offers: symbols that are listed, strategies that the owner has, parameters with bounds."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from alerts.models import AlertRule
from streaming.indicators.catalogue import CATALOGUE
from streaming.market.models import UNLISTED, Symbol
from tests.accounts.admin.browsers import StaffWith, text_of
from tests.alerts.admin.conftest import MakeRule
from tests.alerts.admin.rules.form_values import ADD, GOOD, LIST
from tests.alerts.rules.conftest import NOW
from tests.trading.live.rows import strategy_of
from trading.models import Strategy, TradingAccount

SYMBOLS = f"{LIST}symbols/"
STRATEGIES = f"{LIST}strategies/"


def _symbol(base: str, quote: str, status: str = "TRADING") -> Symbol:
    name = f"{base}{quote}"
    return Symbol(name=name, base=base, quote=quote, status=status, source="simulator", listed_at=NOW, updated_at=NOW)


def _list(*pairs: str, status: str = "TRADING") -> None:
    for base, quote in (pair.split("-") for pair in pairs):
        _symbol(base, quote, status).save()


def _found(browser: Client, text: str, page: int = 1) -> tuple[list[str], bool]:
    answer = browser.get(SYMBOLS, {"term": text, "page": str(page)}).json()
    assert all(one["id"] == one["text"] for one in answer["results"])
    return [one["id"] for one in answer["results"]], answer["pagination"]["more"]


def _strategy(owner: User, **changes: Any) -> Strategy:
    account, _ = TradingAccount.objects.get_or_create(
        owner=owner, name="paper", defaults={"created_at": NOW, "maker_fee": Decimal(0), "taker_fee": Decimal(0)}
    )
    strategy = strategy_of(account, **changes).strategy
    assert strategy is not None
    return strategy


def _offered(page: Any, field: str = "strategy") -> list[str]:
    return [name for name, _ in page.context["adminform"].form.fields[field].widget.choices]


def _end(strategy: Strategy) -> None:
    Strategy.objects.filter(pk=strategy.pk).update(state="stopped", ended_at=NOW)


def test_it_finds_listed_symbols_by_name_and_assets_in_any_case(administrator: Client) -> None:
    _list("BTC-USDT", "BTC-EUR", "ETH-BTC", "ETH-USDT")
    _list("LUNA-BTC", status=UNLISTED)
    assert _found(administrator, "btc") == (["BTCEUR", "BTCUSDT", "ETHBTC"], False)
    assert _found(administrator, "usdt btc") == (["BTCUSDT"], False)
    assert _found(administrator, "no such") == ([], False)


def test_it_sends_thousands_of_symbols_a_page_at_a_time(administrator: Client) -> None:
    Symbol.objects.bulk_create(_symbol(f"A{number:04}", "USDT") for number in range(3000))
    assert _found(administrator, "") == ([f"A{number:04}USDT" for number in range(20)], True)
    assert _found(administrator, "", page=2)[0][0] == "A0020USDT"
    assert len(text_of(administrator.get(ADD))) < 200_000
    assert _offered(administrator.get(ADD), "symbol") == [""]


@pytest.mark.parametrize(("right", "status"), [("add", 200), ("change", 200), ("view", 403)])
def test_it_tells_them_to_who_may_write_rules(staff_with: StaffWith, right: str, status: int) -> None:
    browser = staff_with(f"{right}_alertrule")
    assert [browser.get(path).status_code for path in (SYMBOLS, STRATEGIES)] == [status, status]
    assert Client().get(SYMBOLS).status_code == Client().get(STRATEGIES).status_code == 302


def test_it_offers_the_owners_strategies_that_have_not_ended(administrator: Client, owner: User, root: User) -> None:
    live, ended = _strategy(owner, symbol="ETHUSDT"), _strategy(owner, symbol="BTCUSDT")
    _end(ended)
    _strategy(root)
    answer = text_of(administrator.get(STRATEGIES, {"owner": owner.pk}))
    assert answer.startswith('<option value="">-</option>')
    assert [answer.count(pk) for pk in (live.pk, ended.pk)] == [2, 0]
    assert f" on ETHUSDT {live.interval}, {live.pk}</option>" in answer
    assert answer.count("<option") == 2


@pytest.mark.parametrize("owner", ["", "null", "-1", "0", "9" * 400, "987654"])
def test_it_offers_none_of_who_is_nobody(administrator: Client, owner: str) -> None:
    assert text_of(administrator.get(STRATEGIES, {"owner": owner})) == '<option value="">-</option>'


def test_a_form_that_is_refused_offers_them_at_once(administrator: Client, owner: User) -> None:
    live = _strategy(owner)
    refused = administrator.post(ADD, GOOD | {"owner": owner.pk, "name": "", "symbol": "ETHUSDT"})
    assert _offered(refused) == ["", live.pk]
    chosen = refused.context["adminform"].form["symbol"].as_widget()
    assert '<option value="ETHUSDT" selected>ETHUSDT</option>' in chosen


def test_a_rule_keeps_a_strategy_that_has_ended(administrator: Client, make_rule: MakeRule, owner: User) -> None:
    strategy = _strategy(owner, symbol="BTCUSDT")
    rule = make_rule(source="strategy", operator="at_least", threshold="0.6", strategy=strategy.pk, action="buy")
    _end(strategy)
    page = administrator.get(f"{LIST}{rule.pk}/change/")
    assert _offered(page) == ["", strategy.pk]
    assert page.context["adminform"].form["strategy"].value() == strategy.pk
    assert AlertRule.objects.get().symbol == "BTCUSDT"


def test_every_parameter_of_every_indicator_has_a_field_with_its_bounds(administrator: Client, owner: User) -> None:
    fields = administrator.get(ADD).context["adminform"].form.fields
    for indicator in CATALOGUE.values():
        for parameter in indicator.parameters:
            for prefix in ("parameter_", "level_parameter_"):
                attrs = fields[f"{prefix}{parameter.name}"].widget.attrs
                assert (attrs["min"], attrs["max"]) == (f"{parameter.minimum:f}", f"{parameter.maximum:f}")
                assert attrs["step"] == ("1" if parameter.is_whole else "any")
                assert f'"{indicator.name}": "{parameter.default:f}"' in attrs["x-bind:placeholder"]
