"""Rules on wallets and transactions: of whose, by any spelling, with which assets."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import InMemoryChannelLayer
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from alerts.models import AlertRule
from alerts.rules.answers import rule_answer, rules_answer
from alerts.rules.definition import rule_of
from alerts.rules.parameters import RuleChanges
from alerts.rules.selectors import Page
from alerts.rules.services import rule_update
from streaming.commands.errors import WrongParametersError
from streaming.commands.parameters import reader_of
from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from streaming.times import iso_time
from tests.alerts.rules.conftest import NOW, MakeRule
from tests.trading.asking import Desk, close_connections
from tests.wallets.rows import chain_named, named_token, token_of, transaction_of, wallet_of
from tests.wallets.simple_chain import address, hash_of
from wallets.addresses import with_checksum
from wallets.models import Chain, Token, TokenWatch, TransactionWatch, Wallet
from wallets.models.token_state import TokenState
from wallets.watching.services import wallet_remove

RIGHT = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
"""An example of EIP-55."""
_WALLET: dict[str, Any] = {
    "symbol": "", "source": "wallet", "field": "incoming", "operator": "at_least", "threshold": "2",
    "chain": "ethereum", "address": RIGHT,
}  # fmt: skip
_TRANSACTION: dict[str, Any] = {
    "symbol": "", "source": "wallet", "field": "confirmations", "operator": "at_least", "threshold": "3",
    "chain": "ethereum", "tx": hash_of(5000),
}  # fmt: skip


def _wallet(owner: User, chain: Chain | None = None) -> Wallet:
    chain = chain or chain_named()
    return Wallet.objects.create(owner=owner, chain=chain, address=RIGHT.lower(), created_at=NOW)


def _refused(make_rule: MakeRule, given: dict[str, Any], **changes: Any) -> Any:
    with pytest.raises(WrongParametersError) as refused:
        make_rule(**(given | changes))
    assert not AlertRule.objects.exists()
    return refused.value.fields


def _update(rule: AlertRule, **changes: Any) -> AlertRule:
    return rule_update(rule=rule, given=reader_of(RuleChanges)({"id": rule.pk, **changes}), now=NOW)


def test_it_is_the_same_wallet_by_any_spelling(make_rule: MakeRule, owner: User) -> None:
    _wallet(owner)
    spelled = (RIGHT, RIGHT.lower(), f"  {RIGHT.upper().replace('X', 'x')} ", RIGHT.removeprefix("0x"))
    rules = [make_rule(**_WALLET | {"address": given}) for given in spelled]
    assert {rule.conditions[0]["address"] for rule in rules} == {RIGHT}
    assert len({rule_of(rule).conditions[0].series for rule in rules}) == 1
    assert _update(rules[0], address=RIGHT.lower()).conditions == rules[1].conditions


def test_what_another_watches_is_as_unknown_as_what_nobody_does(
    make_rule: MakeRule, stranger: User, staff: User
) -> None:
    _wallet(stranger)
    transaction_of(Chain.objects.get(), 5000, stranger)
    for spelled in (RIGHT, RIGHT.lower(), address(9)):
        said = {"address": f"address is no wallet of yours on ethereum: {spelled}"}
        assert _refused(make_rule, _WALLET, address=spelled) == said
        assert _refused(make_rule, _WALLET, address=spelled, user=staff) == said
    for number in (5000, 5001):
        said = {"tx": f"tx is no transaction that you watch on ethereum: {hash_of(number)}"}
        assert _refused(make_rule, _TRANSACTION, tx=hash_of(number)) == said


def test_a_token_that_one_has_named_is_for_ones_own_rules_alone(
    make_rule: MakeRule, owner: User, stranger: User
) -> None:
    mine = _wallet(owner)
    _wallet(stranger, mine.chain)
    token = token_of(mine.chain, is_listed=False).address
    said = {"token": f"token is neither listed on ethereum nor named by you for this wallet: {token}"}
    watch = named_token(mine, state=TokenState.CHECKING)
    assert _refused(make_rule, _WALLET, token=token) == said
    TokenWatch.objects.filter(pk=watch.pk).update(state=TokenState.FOLLOWED.value)
    assert _refused(make_rule, _WALLET, token=token, user=stranger) == said
    assert make_rule(**_WALLET | {"token": token.upper()[2:]}).conditions[0]["token"] == with_checksum(token)


def test_it_says_what_is_wrong_with_an_address_a_hash_or_a_token(make_rule: MakeRule, owner: User) -> None:
    chain = chain_named()
    _wallet(owner, chain)
    listed = token_of(chain).address
    unlisted = Token.objects.create(chain=chain, address=address(901), symbol="SPAM", decimals=0).address
    transaction_of(chain, 5000, owner, is_final=True)
    wrong_case = RIGHT.replace("aA", "Aa")
    checksum = f"the address has a wrong checksum: a character may be mistyped; its spelling is {RIGHT}"
    assert _refused(make_rule, _WALLET, address=wrong_case) == {"address": f"address can't be read: {checksum}"}
    assert _refused(make_rule, _WALLET, chain="sepolia") == {
        "address": f"address is no wallet of yours on sepolia: {RIGHT}"
    }
    assert _refused(make_rule, _WALLET, token=unlisted) == {
        "token": f"token is neither listed on ethereum nor named by you for this wallet: {unlisted}"
    }
    assert _refused(make_rule, _WALLET, token="USDC") == {
        "token": "token can't be read: an address is 0x and 40 hexadecimal digits"
    }
    assert _refused(make_rule, _TRANSACTION, tx=RIGHT) == {
        "tx": "tx can't be read: a transaction's hash is 0x and 64 hexadecimal digits, and this is an address"
    }
    assert _refused(make_rule, _TRANSACTION) == {
        "tx": f"tx is of a transaction that is final, so that nothing changes it: {hash_of(5000)}"
    }
    further = {name: value for name, value in _TRANSACTION.items() if name != "symbol"}
    assert _refused(make_rule, _WALLET, conditions=[further], combine="any").keys() == {"conditions.0.tx"}
    assert make_rule(**_WALLET | {"token": listed}).conditions[0]["token"] == with_checksum(listed)


def test_what_happens_to_transactions_is_looked_at_for_all_of_ones_own_wallet(
    make_rule: MakeRule, owner: User, stranger: User
) -> None:
    _wallet(owner)
    of_all = _TRANSACTION | {"tx": "", "address": RIGHT.lower()}
    said = {"address": f"address is no wallet of yours on ethereum: {RIGHT.lower()}"}
    assert _refused(make_rule, of_all, user=stranger) == said
    assert make_rule(**of_all).conditions[0]["address"] == RIGHT


def test_more_confirmations_than_are_ever_told_are_refused(make_rule: MakeRule, owner: User, stranger: User) -> None:
    chain = chain_named(confirmations_by_amount=[{"amount": "10", "confirmations": 64}])
    _wallet(owner, chain)
    transaction_of(chain, 5000, owner)
    of_all = _TRANSACTION | {"tx": "", "address": RIGHT}
    every, one = "no transaction on ethereum counts more", "this transaction on ethereum counts no more"
    for given, operator, threshold, said in (
        (of_all, "at_least", "65", f"at most 64: {every}"),
        (of_all, "above", "64", f"less than 64: {every}"),
        (_TRANSACTION, "at_least", "13", f"at most 12: {one}"),
    ):
        refused = _refused(make_rule, given, operator=operator, threshold=threshold)
        assert refused == {"threshold": f"threshold must be {said} confirmations"}
    unknown = _refused(make_rule, _TRANSACTION, threshold="65", user=stranger)
    assert unknown.keys() == {"tx"}, "how many another's transaction needs is nobody else's business"
    rule = make_rule(**of_all | {"threshold": "64"})
    with pytest.raises(WrongParametersError, match="at most 64"):
        _update(rule, threshold="65")


def test_what_has_happened_needs_no_amount(make_rule: MakeRule, owner: User) -> None:
    transaction_of(chain_named(), 5000, owner)
    rule = make_rule(**_TRANSACTION | {"field": "failed", "threshold": None})
    assert (rule.symbol, rule.threshold) == ("", Decimal(1))
    assert _update(rule, name="Still").name == "Still"


def test_a_rule_stays_as_it_is_once_nothing_is_watched_and_says_so(make_rule: MakeRule, owner: User) -> None:
    chain = chain_named()
    wallet, other = _wallet(owner, chain), wallet_of(owner, chain)
    watched = transaction_of(chain, 5000, owner, sender=address(70), recipient=address(71))
    rules = [
        make_rule(**_WALLET),
        make_rule(**_WALLET | {"address": other.address}),
        make_rule(**_TRANSACTION),
        make_rule(),
    ]
    wallet_remove(wallet=wallet)
    assert [rule_answer(rule, iso_time).error for rule in rules] == [
        f"{RIGHT} is watched no longer: nothing of it comes any more", "", "", ""
    ]  # fmt: skip
    TransactionWatch.objects.filter(transaction=watched).delete()
    page = Page(items=list(AlertRule.objects.select_related("owner").order_by("pk")), total=4)
    with CaptureQueriesContext(connection) as asked:
        listed = rules_answer(page, iso_time)
    assert [bool(rule.error) for rule in listed.items] == [True, False, True, False]
    assert len(asked) == 2
    assert _update(rules[0], name="Still").name == "Still"


@pytest.fixture
async def desk(transactional_db: None) -> AsyncIterator[Desk]:
    """Ask for rules where no market is."""
    hub = Hub(InMemoryChannelLayer(capacity=1000), topic_registry(), linger=0.0)
    await hub.start()
    yield Desk(hub, part="alerts")
    await hub.stop()
    await close_connections()


async def test_it_is_made_and_refused_alike_by_command_and_by_rest(desk: Desk) -> None:
    ada, eve = await desk.user("ada"), await desk.user("eve")
    await sync_to_async(_wallet)(ada)
    given = {"name": "Large", "trigger": "every_time", **_WALLET, "address": RIGHT.lower()}
    refused = ("VALIDATION_ERROR", {"address": f"address is no wallet of yours on ethereum: {RIGHT.lower()}"})
    for answered in (await desk.give(eve, "alerts.create", given), await desk.ask(eve, "POST", "rules/", given)):
        assert answered.refusal is not None
        assert (answered.refusal[0], answered.refusal[2]) == refused
    for answered in (await desk.give(ada, "alerts.create", given), await desk.ask(ada, "POST", "rules/", given)):
        told = [answered.data[name] for name in ("source", "field", "chain", "address", "token", "tx", "threshold")]
        assert told == ["wallet", "incoming", "ethereum", RIGHT, "", "", 2]
