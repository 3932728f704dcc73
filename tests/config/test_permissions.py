"""docs/security.md says who may what; here each cell of its tables is tried."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer
from django.contrib.auth.models import Permission
from django.test import Client
from pytest_django import Settings

from accounts.authentication import identities_of_tokens
from accounts.models import User
from accounts.tokens.json_web_tokens import access_issue
from alerts.models import AlertRule
from streaming.commands.command import Command
from streaming.commands.outcome import Failure, Outcome
from streaming.fan_out.hub import Hub
from streaming.gateway.commands.execution import execute
from streaming.gateway.errors import RefusedError
from streaming.gateway.subscriptions.access import permitted
from streaming.identity.identity import Identity
from streaming.installed import command_registry, topic_registry
from tests.accounts.rest import bearer
from tests.alerts.notifications.drafts import rule_of
from tests.streaming.commands.people import context_of
from tests.topics_with import topics_with
from tests.trading.backtest_rows import backtest_of
from tests.trading.own_trading import OwnTrading, own_trading
from tests.wallets.rows import chain_named, named_token, transaction_of, wallet_of
from trading.models import Backtest
from wallets.models import ChainTransaction, TokenWatch, Wallet

PAGE = Path(__file__).resolve().parents[2] / "docs" / "security.md"
PEOPLE = ("nobody", "another user", "the owner", "staff without", "staff with", "superuser")
_OF_A_WALLET = {"wallet.remove", "wallet.rename", "wallet.get", "wallet.history"}
_BACKTEST_QUERIES = {"backtest.get", "backtest.result", "backtest.trades"}
YES, NO, LOG_IN, OWN = "yes", "no", "log in", "one's own"
_CHANGE = {"params": {"stop_loss": 80000}}
_CELLS = re.compile(r"^\| `(?P<name>[^|]+?) \| (?P<cells>.+) \|$")
BODIES: Mapping[str, Callable[["Owned"], Mapping[str, Any]]] = {
    "/api/v1/alerts/rules/test/": lambda owned: {"id": owned.rule.pk},
    "/api/v1/alerts/rules/{id}/snooze/": lambda _: {"until": "2100-01-01T00:00:00Z"},
    "/api/v1/trading/account/reset/": lambda owned: {"account": owned.trading.account.pk},
    "/api/v1/trading/account/limits/": lambda owned: {"account": owned.trading.account.pk},
    "/api/v1/trading/backtests/compare/": lambda owned: {"ids": [each.pk for each in owned.backtests]},
    "/api/v1/trading/grids/{id}/": lambda _: _CHANGE,
    "/api/v1/wallets/{id}/tokens/": lambda owned: {"token": owned.token.contract},
    "/api/v1/wallets/{id}/": lambda _: {"label": "cold"},
    "/api/v1/trading/kill-switch/": lambda owned: owned.switch,
}
"""What addresses must be given before they look whose a rule is."""


class Owned(NamedTuple):
    """What the owner has."""

    rule: AlertRule
    backtests: tuple[Backtest, Backtest]
    trading: OwnTrading
    wallet: Wallet
    token: TokenWatch
    transaction: ChainTransaction

    def restore(self) -> None:
        """Let it be as it was, though it be gone."""
        trading, watched = self.trading, (self.wallet, self.token)
        for each in (self.rule, *self.backtests, trading.order, trading.grid, trading.strategy, *watched):
            each.save()

    @property
    def switch(self) -> Mapping[str, Any]:
        """Return how the owner's kill switch is thrown."""
        return {"action": "activate", "reason": "a test", "scope": "user", "id": str(self.trading.account.owner_id)}

    def parameters(self, action: str, person: str) -> Mapping[str, Any]:
        """Return what a person gives a command, where that decides."""
        if action in {"alerts.list", "alerts.events"}:
            return {} if person == "the owner" else {"everyone": True}
        if action.startswith("alerts.") and action != "alerts.create":
            return {"id": self.rule.pk}
        if action == "backtest.compare":
            return {"ids": [each.pk for each in self.backtests]}
        if action in {"backtest.cancel", "backtest.check", "backtest.delete"} | _BACKTEST_QUERIES:
            return {"id": self.backtests[0].pk}
        return self._of_wallets(action) if action.startswith(("wallet.", "tx.")) else self._of_trading(action)

    def _of_wallets(self, action: str) -> Mapping[str, Any]:
        if action == "tx.status":
            return {"chain": self.transaction.chain_id, "hash": self.transaction.hash}
        if action.endswith("_token"):
            return {"id": self.wallet.pk, "token": self.token.contract}
        label = {"label": "cold"} if action == "wallet.rename" else {}
        return {"id": self.wallet.pk, **label} if action in _OF_A_WALLET else {}

    def _of_trading(self, action: str) -> Mapping[str, Any]:
        if action in {"order.get", "order.cancel"}:
            return {"id": self.trading.order.pk}
        if action.startswith("grid.") and action not in {"grid.list", "grid.start", "grid.preview"}:
            return {"id": self.trading.grid.pk, **(_CHANGE if action == "grid.update_params" else {})}
        if action == "strategy.compare":
            return {"id": self.trading.strategy.pk, "backtest_id": self.backtests[0].pk}
        if action in {"strategy.get", "strategy.stop", "strategy.pause", "strategy.resume", "strategy.backtest"}:
            return {"id": self.trading.strategy.pk}
        if action.startswith("account.") and action != "account.list":
            return {"account": self.trading.account.pk}
        return self.switch if action == "system.kill_switch" else {}

    def in_path(self, path: str) -> str:
        """Return an address of what is owned."""
        parts = {
            "/backtests/": self.backtests[0],
            "/orders/": self.trading.order,
            "/grids/": self.trading.grid,
            "/live-strategies/": self.trading.strategy,
            "/wallets/": self.wallet,
        }
        one = next((row for part, row in parts.items() if part in path), self.rule)
        path = (
            path.replace("{token}", self.token.contract)
            .replace("{chain}", self.transaction.chain_id)
            .replace("{hash}", self.transaction.hash)
        )
        return path.replace("{id}", str(one.pk)).replace("{account}", self.trading.account.pk)


class Row(NamedTuple):
    """What may be done, and what each of PEOPLE is told."""

    name: str
    said: Mapping[str, str]
    permissions: frozenset[str]


def rows(title: str) -> Iterator[Row]:
    """Yield the rows of the table under a heading."""
    generated = PAGE.read_text(encoding="utf-8").partition("\n<!-- end of who may what")[0]
    section = generated.partition(f"### {title}\n")[2].partition("\n### ")[0]
    for line in section.splitlines():
        if found := _CELLS.match(line):
            *cells, permissions = found["cells"].split(" | ")
            named = frozenset(re.findall(r"`([^`]+)`", permissions))
            yield Row(found["name"].split("`")[0], dict(zip(PEOPLE, cells, strict=True)), named)


COMMANDS, ADDRESSES, TOPICS = (list(rows(title)) for title in ("Commands", "Addresses", "Topics"))


@pytest.fixture
def people(db: None) -> dict[str, User | None]:
    """Make the people of the tables; the permissions are those that any row names."""
    named = {name.partition(".")[2] for row in COMMANDS + ADDRESSES for name in row.permissions}
    permissions = Permission.objects.filter(
        codename__in=named, content_type__app_label__in=("accounts", "alerts", "trading", "wallets", "streaming")
    )
    made: dict[str, User | None] = dict.fromkeys(PEOPLE)
    for number, name in enumerate(PEOPLE[1:]):
        made[name] = User.objects.create_user(
            f"user{number}",
            f"user{number}@example.com",
            is_staff=name in PEOPLE[3:],
            is_superuser=name == "superuser",
        )
    clerk = made["staff with"]
    assert clerk is not None
    clerk.user_permissions.set(permissions)
    return made


@pytest.fixture
def owned(people: Mapping[str, User | None], settings: Settings) -> Owned:
    """Return a rule of the owner's, two backtests, what trades, what is watched; no market is waited for."""
    settings.MARKET_QUOTE_SECONDS = 0.01
    settings.EXCHANGE_REST_URL = "http://127.0.0.1:9"
    owner = people["the owner"]
    assert owner is not None
    chain = chain_named()
    return Owned(
        rule_of(owner),
        (backtest_of(owner), backtest_of(owner)),
        own_trading(owner),
        wallet := wallet_of(owner, chain),
        named_token(wallet),
        transaction_of(chain, 5000, owner),
    )


def test_it_has_a_row_for_each_command_and_each_kind_of_topic() -> None:
    assert [row.name for row in COMMANDS] == [kind.action for kind in command_registry()]
    topics = topic_registry()
    assert len(TOPICS) == len(list(topics.kinds)) + len(topics.dotted.categories) + 1
    assert len(ADDRESSES) > len(COMMANDS) / 2


@pytest.mark.parametrize("row", COMMANDS, ids=lambda row: row.name)
def test_a_command_is_for_whom_its_row_says(
    row: Row, people: Mapping[str, User | None], owned: Owned, hub: Hub
) -> None:
    for person, said in row.said.items():
        outcome = _given(row, person, people[person], hub, owned.parameters(row.name, person))
        denied = isinstance(outcome, Failure) and outcome.code.value in {"PERMISSION_DENIED", "NOT_FOUND"}
        assert denied == (said in {NO, LOG_IN}), (row.name, person, outcome)
        if said == LOG_IN:
            assert isinstance(outcome, Failure)
            assert outcome.message == "Authentication required"
        owned.restore()


@pytest.mark.parametrize("row", ADDRESSES, ids=lambda row: row.name)
def test_an_address_is_for_whom_its_row_says(
    row: Row, people: Mapping[str, User | None], owned: Owned, settings: Settings
) -> None:
    settings.OVERVIEW_WAIT_SECONDS = 0.01  # no market is there, and none is waited for
    method, path = row.name.split(" ")
    of_rules = "/alerts/" in path
    for person, said in row.said.items():
        user = people[person]
        query = "?everyone=true" if of_rules and "{id}" not in path and person != "the owner" else ""
        query += f"?account={owned.trading.account.pk}" if "/trading/account/" in path else ""
        query += f"?backtest_id={owned.backtests[0].pk}" if path.endswith("/comparison/") else ""
        address = owned.in_path(path) + (query if method == "GET" else "")
        status = _status(method, address, user, BODIES[path](owned) if path in BODIES else {})
        if said == LOG_IN:
            assert status == 401, (row.name, person, status)
        elif user is not None and said == NO:
            assert status in {403, 404}, (row.name, person, status)
        else:
            assert status != 403, (row.name, person, status)
            assert not (of_rules and said == YES and status == 404), (row.name, person, status)
        owned.restore()


SAMPLES = {
    "price:": "price:BTCUSDT",
    "ticker:": "ticker:BTCUSDT",
    "klines:": "klines:BTCUSDT:1m",
    "trades:": "trades:BTCUSDT",
    "depth:": "depth:BTCUSDT",
    "signals:": "signals:BTCUSDT",
    "market:": "market:overview",
    "notifications": "notifications",
    "alerts": "alerts",
    "grid.": "grid.owned.order",
    "account.": "account.owned.risk",
    "backtest.": "backtest.owned.progress",
    "strategy.": "strategy.owned.signal",
    "system.": "system.health",
    "ops.": "ops.gateways",
    "*": "*.*.order",
    "blocks:": "blocks:ethereum",
}
"""A channel of each kind; those that name an owner name that of the table."""


@pytest.mark.parametrize("row", TOPICS, ids=lambda row: row.name)
def test_a_topic_is_for_whom_its_row_says(row: Row, people: Mapping[str, User | None]) -> None:
    owner = people["the owner"]
    assert owner is not None

    async def owners(_: str) -> frozenset[str]:
        return frozenset({str(owner.pk)})

    owned = ("grid", "account", "backtest", "strategy", "wallet", "tx")
    registry = topics_with(dict.fromkeys(owned, owners), chains=["ethereum"])
    topic = registry.parse(SAMPLES.get(row.name, f"{row.name}{owner.pk}"))
    for person, said in row.said.items():
        try:
            async_to_sync(permitted)(topic, _identity(people[person]), registry)
        except RefusedError as refusal:
            assert said in {NO, LOG_IN}, (row.name, person, refusal.message)
        else:
            assert said in {YES, OWN}, (row.name, person)


@pytest.fixture
def hub() -> Hub:
    """Return a hub that nothing is told by."""
    return Hub(InMemoryChannelLayer(), topic_registry())


def _given(row: Row, person: str, user: User | None, hub: Hub, parameters: Mapping[str, Any]) -> Outcome:
    identity = _identity(user)
    if identity is not None and person == "staff with":  # a part to come has no permissions in the database yet
        identity = msgspec.structs.replace(identity, permissions=identity.permissions | row.permissions)
    command = Command(f"{row.name} {person}", row.name, parameters)
    return async_to_sync(execute)(command_registry(), command, context_of(identity, hub))


def _identity(user: User | None) -> Identity | None:
    if user is None:
        return None
    [identity] = identities_of_tokens([access_issue(user=user)])
    assert isinstance(identity, Identity)
    return identity


def _status(method: str, address: str, user: User | None, body: Mapping[str, Any]) -> int:
    data = b"" if method in {"GET", "DELETE"} else json.dumps(body).encode()
    return Client().generic(method, address, data, "application/json", headers=bearer(user)).status_code
