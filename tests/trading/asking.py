"""Asking for what trades, by commands and by REST, in this process: with a hub that holds a market's prices."""

import json
from collections.abc import AsyncIterator, Mapping
from decimal import Decimal
from itertools import count
from typing import Any

import msgspec
import pytest
from asgiref.sync import sync_to_async
from channels.layers import InMemoryChannelLayer
from django.db import connections
from pytest_django import Settings

from accounts.authentication import authenticate
from accounts.models import User
from accounts.tokens.json_web_tokens import access_issue
from streaming.clock import SystemClock
from streaming.commands.command import Command
from streaming.commands.context import CommandContext
from streaming.commands.outcome import Success
from streaming.connections.quality import QualitySummary
from streaming.events import Source, Ticker
from streaming.fan_out.hub import Hub
from streaming.gateway.commands.execution import execute
from streaming.identity.identity import Credential, CredentialKind, Identity
from streaming.installed import command_registry, topic_registry
from streaming.market.publishing.last_values import MemoryLastValues
from streaming.times import iso_time
from tests.hub_client import HubClient
from tests.trading.backtests.conftest import trader_named
from tests.trading.market import symbol_listed

SYMBOL = "BTCUSDT"
PRICE = Decimal("95000.00")
NOBODY = "http://127.0.0.1:9"
"""Where no exchange answers."""
_numbers = count(1)
Refused = tuple[str, str, Mapping[str, str]]
"""Code, sentence, and the wrong parameters."""


class Answered(msgspec.Struct, frozen=True):
    """What came of it: the data, or the refusal."""

    data: Mapping[str, Any]
    refusal: Refused | None = None

    @property
    def code(self) -> str:
        """The code of the refusal; empty for a success."""
        return "" if self.refusal is None else self.refusal[0]


def ticker(price: Decimal = PRICE, *, source: Source = Source.BINANCE, stale: bool = False) -> Ticker:
    """Return a ticker of BTCUSDT, with bid and ask a cent away."""
    cent = Decimal("0.01")
    return Ticker(
        symbol=SYMBOL,
        source=source,
        stale=stale,
        time=SystemClock().now_ms(),
        price=price,
        bid=price - cent,
        ask=price + cent,
        open=price,
        high=price,
        low=price,
        previous_close=price,
        change=Decimal(0),
        change_percent=Decimal(0),
        volume=Decimal(1),
        quote_volume=price,
    )


class Desk:
    """Asks as several users, by REST of one `part`; the market stands at `PRICE` until another price is published."""

    def __init__(self, hub: Hub, *, part: str = "trading") -> None:
        self.hub = hub
        self._part = part

    async def price(self, price: Decimal = PRICE, **how: Any) -> None:
        """Publish what the market stands at."""
        await self.hub.publish(ticker(price, **how))

    async def user(self, name: str, **rights: Any) -> User:
        """Return a new user in the group of traders; `rights` are columns."""
        return await sync_to_async(_user)(name, rights)

    async def give(
        self,
        user: User | None,
        action: str,
        params: Mapping[str, Any] | None = None,
        *,
        command_id: str = "",
        key: str = "",
    ) -> Answered:
        """Give a command, in JSON as it comes over a socket; with an API key in the user's stead."""
        command = Command(command_id or f"cmd_{next(_numbers)}", action, _exact(params or {}))
        identity = None if user is None else await sync_to_async(_identity)(user.pk)
        if key:
            identity = await authenticate(Credential(CredentialKind.TOKEN, key))
        outcome = await execute(command_registry(), command, self._context(identity))
        if isinstance(outcome, Success):
            return Answered(json.loads(msgspec.json.encode(outcome.data), parse_float=Decimal))
        return Answered({}, (outcome.code.value, outcome.message, dict(outcome.fields)))

    async def ask(self, user: User | None, method: str, path: str, body: Any = None, *, key: str = "") -> Answered:
        """Send a request below the part's addresses; with an API key in the user's stead."""
        token = key if user is None else await sync_to_async(access_issue)(user=user)
        response = await HubClient(self.hub, token=token).ask(method, f"/api/v1/{self._part}/{path}", body)
        said = json.loads(response.content, parse_float=Decimal)
        if response.status_code < 400:
            return Answered(said)
        error = said["error"]
        return Answered({}, (error["code"], error["message"], error.get("fields", {})))

    def _context(self, identity: Identity | None) -> CommandContext:
        return CommandContext(
            client_id="ws_1_test",
            identity=identity,
            channels=no_channels,
            quality=QualitySummary(),
            write_time=iso_time,
            hub=self.hub,
            clock=SystemClock(),
            address="192.0.2.7",
        )


async def no_channels() -> tuple[str, ...]:
    """Return that nothing is subscribed."""
    return ()


async def close_connections() -> None:
    """Close the database connections of the thread that asynchronous code uses."""
    await sync_to_async(connections.close_all)()


def market_listed() -> None:
    """List BTCUSDT with Binance's filters, a symbol that doesn't trade, and one in another quote."""
    symbol_listed(minimum_quantity=Decimal("0.001"), maximum_quantity=Decimal("1.03"))
    symbol_listed("HALTUSDT", status="BREAK")


def _user(name: str, rights: Mapping[str, Any]) -> User:
    user = trader_named(name)
    for column, value in rights.items():
        setattr(user, column, value)
    user.save()
    return user


def _identity(user_id: int) -> Identity:
    user = User.objects.get(pk=user_id)
    return Identity(
        user_id=str(user.pk),
        username=user.username,
        expires_at=2**42,
        is_staff=user.is_staff,
        is_superuser=user.is_superuser,
        permissions=frozenset(user.get_all_permissions()),
    )


def _exact(params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a dialect makes of the JSON of `params`."""
    exact: Mapping[str, Any] = json.loads(json.dumps(params, default=str), parse_float=Decimal)
    return exact


@pytest.fixture
async def desk(transactional_db: None, settings: Settings) -> AsyncIterator[Desk]:
    """Ask at a market of BTCUSDT at 95000, on new accounts that any data may drive."""
    settings.PAPER_ACCOUNTS_DEMO = True
    settings.EXCHANGE_REST_URL = NOBODY
    values = MemoryLastValues(maximum_age=60.0, clock=SystemClock())
    hub = Hub(InMemoryChannelLayer(capacity=1000), topic_registry(), last_values=values, linger=0.0)
    await hub.start()
    await sync_to_async(market_listed)()
    open_desk = Desk(hub)
    await open_desk.price()
    yield open_desk
    await hub.stop()
    await close_connections()
