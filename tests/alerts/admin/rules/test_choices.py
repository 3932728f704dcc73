"""What the form of a rule offers: symbols that are listed, strategies that the owner has, parameters with bounds."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import SymbolDrawings, User
from alerts.models import AlertRule
from streaming.indicators.catalogue import CATALOGUE
from streaming.market.models import UNLISTED, Symbol
from streaming.times import milliseconds
from tests.accounts.admin.browsers import StaffWith, text_of
from tests.alerts.admin.conftest import MakeRule
from tests.alerts.admin.rules.form_values import ADD, GOOD, LIST, sent_of
from tests.alerts.rules.conftest import NOW
from tests.trading.live.rows import strategy_of
from tests.wallets.rows import chain_named, named_token, token_of, wallet_of
from tests.wallets.simple_chain import address
from trading.models import Strategy, TradingAccount
from wallets.addresses import with_checksum

SYMBOLS, STRATEGIES, LINES = f"{LIST}symbols/", f"{LIST}strategies/", f"{LIST}lines/"
TOKENS, WALLETS = f"{LIST}tokens/", f"{LIST}wallets/"
_NO_STRATEGY = '<option value="">-</option>'
_COIN = '<option value="">the chain&#x27;s coin</option>'
_RISING = "2026-11-26T10:00:00.000Z 64000.5, 2026-11-27T10:00:00.000Z 65000"
_RISING_IN_WORDS = "Rising from 64000.5 (26 Nov 2026, 10:00 UTC) to 65000 (27 Nov 2026, 10:00 UTC)"


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


def _point(day: int, price: str) -> dict[str, Any]:
    return {"time": milliseconds(datetime(2026, 11, day, 10, tzinfo=UTC)), "price": price}


def _asked(browser: Client, path: str, owner: User, **asked: str) -> str:
    """Return the options of a field that the page asks for."""
    return text_of(browser.get(path, {"owner": str(owner.pk), **asked}))


def _draw(owner: User, symbol: str, *drawn: list[dict[str, Any]]) -> None:
    drawings = [
        {"id": str(number), "kind": "horizontal" if len(points) == 1 else "trend", "points": points}
        for number, points in enumerate(drawn)
    ]
    SymbolDrawings.objects.create(user=owner, name=symbol, drawings=drawings)


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
    assert len(text_of(administrator.get(ADD))) < 300_000
    assert _offered(administrator.get(ADD), "symbol") == [""]


@pytest.mark.parametrize(("right", "status"), [("add", 200), ("change", 200), ("view", 403)])
def test_it_tells_them_to_who_may_write_rules(staff_with: StaffWith, right: str, status: int) -> None:
    browser = staff_with(f"{right}_alertrule")
    paths = (SYMBOLS, STRATEGIES, LINES, TOKENS, WALLETS)
    assert {browser.get(path).status_code for path in paths} == {status}
    assert {Client().get(path).status_code for path in paths} == {302}


def test_it_offers_the_owners_strategies_that_have_not_ended(administrator: Client, owner: User, root: User) -> None:
    live, ended = _strategy(owner, symbol="ETHUSDT"), _strategy(owner, symbol="BTCUSDT")
    _end(ended)
    _strategy(root)
    answer = text_of(administrator.get(STRATEGIES, {"owner": owner.pk}))
    assert answer.startswith(_NO_STRATEGY)
    assert [answer.count(pk) for pk in (live.pk, ended.pk)] == [2, 0]
    assert f" on ETHUSDT {live.interval}, {live.pk}</option>" in answer
    assert answer.count("<option") == 2


@pytest.mark.parametrize("owner", ["", "null", "-1", "0", "9" * 400, "987654"])
def test_it_offers_none_of_who_is_nobody(administrator: Client, owner: str) -> None:
    asked = {"owner": owner, "symbol": "BTCUSDT", "chain": "ethereum"}
    offered = [text_of(administrator.get(path, asked)) for path in (STRATEGIES, LINES, TOKENS, WALLETS)]
    assert offered == [_NO_STRATEGY, _NO_STRATEGY, _COIN, ""]


def test_it_offers_the_trend_lines_that_the_owner_has_drawn_on_the_symbol(
    administrator: Client, owner: User, root: User
) -> None:
    _draw(owner, "BTCUSDT", [_point(27, "65000"), _point(26, "64000.5")], [_point(26, "1"), _point(27, "1")])
    _draw(owner, "ETHUSDT", [_point(26, "3000"), _point(27, "2000")], [_point(26, "2000")])
    _draw(root, "BTCUSDT", [_point(26, "7"), _point(27, "8")])
    offered = _asked(administrator, LINES, owner, symbol="BTCUSDT")
    assert f'<option value="{_RISING}">{_RISING_IN_WORDS}</option>' in offered
    assert ">Level from 1 (26 Nov 2026, 10:00 UTC) to 1 (27 " in offered
    assert offered.count("<option") == 3
    falling = _asked(administrator, LINES, owner, symbol="ETHUSDT")
    assert (falling.count("<option"), ">Falling from 3000 (26 " in falling) == (2, True)
    assert _asked(administrator, LINES, owner, symbol="LTCUSDT") == _NO_STRATEGY


def test_a_line_that_is_chosen_is_the_rules_and_stays_when_it_is_drawn_no_longer(
    administrator: Client, make_rule: MakeRule, owner: User
) -> None:
    _draw(owner, "BTCUSDT", [_point(26, "64000.5"), _point(27, "65000")])
    given = {"owner": owner.pk, "operator": "crossing", "threshold": "", "line": _RISING}
    assert administrator.post(ADD, GOOD | given).status_code == 302
    SymbolDrawings.objects.all().delete()
    rule = AlertRule.objects.get()
    page = administrator.get(f"{LIST}{rule.pk}/change/")
    assert page.context["adminform"].form.fields["line"].widget.choices == [("", "-"), (_RISING, _RISING_IN_WORDS)]
    assert administrator.post(f"{LIST}{rule.pk}/change/", sent_of(page)).status_code == 302
    assert AlertRule.objects.get().conditions == rule.conditions


def test_it_offers_the_tokens_of_the_chain_that_are_listed_or_named_by_the_owner(
    administrator: Client, owner: User, root: User
) -> None:
    chain, other = chain_named(), chain_named("polygon", chain_id=137)
    wallet_of(owner, other)
    own, foreign = wallet_of(owner, chain), wallet_of(root, chain)
    for number, symbol, wallet in ((900, "USDC", None), (901, "MINE", own), (902, "ROOTS", foreign)):
        token_of(chain, number, symbol, is_listed=wallet is None)
        if wallet is not None:
            named_token(wallet, number)
    offered = _asked(administrator, TOKENS, owner, chain="ethereum")
    assert offered.startswith(_COIN)
    usdc = with_checksum(address(900))
    assert f'<option value="{usdc}">USDC, {usdc[:8]}…{usdc[-6:]}</option>' in offered
    assert [offered.count(symbol) for symbol in ("USDC", "MINE", "ROOTS")] == [1, 1, 0]
    assert _asked(administrator, TOKENS, owner, chain="polygon") == _COIN


def test_a_rule_keeps_a_token_that_is_listed_no_longer(administrator: Client, make_rule: MakeRule, owner: User) -> None:
    chain = chain_named()
    wallet, token = wallet_of(owner, chain), token_of(chain)
    watched = {"source": "wallet", "chain": "ethereum", "address": wallet.address, "field": "balance", "symbol": ""}
    rule = make_rule(**watched, token=token.address)
    token.delete()
    page = administrator.get(f"{LIST}{rule.pk}/change/")
    assert _offered(page, "token") == ["", with_checksum(token.address)]
    assert administrator.post(f"{LIST}{rule.pk}/change/", sent_of(page) | {"name": "Low"}).status_code == 302
    assert AlertRule.objects.get().conditions == rule.conditions


def test_it_suggests_the_addresses_that_the_owner_watches_on_the_chain(
    administrator: Client, owner: User, root: User
) -> None:
    chain, other = chain_named(), chain_named("polygon", chain_id=137)
    for number, whose, of_chain in ((1, owner, chain), (2, root, chain), (3, owner, other)):
        wallet_of(whose, of_chain, number, label="Savings & more")
    own = with_checksum(address(1))
    suggested = f'<option value="{own}">Savings &amp; more</option>'
    assert _asked(administrator, WALLETS, owner, chain="ethereum") == suggested
    refused = administrator.post(ADD, GOOD | {"owner": owner.pk, "name": "", "chain": "ethereum"})
    field = refused.context["adminform"].form["address"].as_widget()
    assert suggested in field
    assert 'list="id_address_list"' in field
    assert '<datalist id="id_address_list"' in field


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
