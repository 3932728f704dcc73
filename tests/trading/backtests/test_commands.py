"""Backtests over a real socket, in the frames of the control dialect: asked for, told of, refused as over REST."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from accounts.models import User
from accounts.tokens.json_web_tokens import access_issue
from streaming.clock import SystemClock
from streaming.market.models import Symbol
from streaming.workers.worker import WorkerContext
from tests.conformance.rows import row
from tests.serving import Serving, serving
from tests.trading.backtests.conftest import RUN, trader_named
from tests.trading.market import HISTORY, minutes_stored, symbol_listed
from tests.wire.client import Client
from trading.worker import trade

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stranger(db: None) -> User:
    """Return another user who may run backtests."""
    return trader_named("stranger")


@pytest.fixture
async def gateway(trader: User, stranger: User) -> AsyncIterator[Serving]:
    """Run a gateway that knows the market; the users are there before."""
    async with serving() as running:
        await sync_to_async(_market)()
        yield running


@asynccontextmanager
async def working(gateway: Serving) -> AsyncIterator[None]:
    """Run a trading worker beside the gateway, as the demo does.

    No command is given meanwhile: what it writes of the tests' SQLite, nobody else can read or write.
    """
    context = WorkerContext(hub=gateway.runtime.hub, clock=SystemClock(), holder="test", epoch=1)
    task = asyncio.create_task(trade(context))
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _market() -> None:
    Symbol.objects.filter(name="BTCUSDT").delete()
    symbol_listed()
    minutes_stored(-HISTORY, HISTORY + 400)


def address(gateway: Serving, user: User) -> str:
    """Return where a user's socket is."""
    return f"{gateway.socket_url}?token={access_issue(user=user)}"


@asynccontextmanager
async def connected(gateway: Serving, user: User) -> AsyncIterator[Client]:
    """Connect a user in the control dialect, which has no welcome."""
    async with connect(address(gateway, user), subprotocols=[Subprotocol("zigquant-v2")]) as connection:
        yield Client(connection)


async def ask(client: Client, action: str, params: dict[str, Any]) -> dict[str, Any]:
    """Give a command, and return its response."""
    command_id = f"cmd_{len(client.texts)}"
    await client.send({"type": "command", "id": command_id, "timestamp": 0, "action": action, "params": params})
    return await client.next(lambda frame: frame["type"] == "response" and frame["id"] == command_id)


@row("CM-50")
async def test_it_runs_and_tells_in_the_frames_of_the_control_dialect(
    settings: Settings, gateway: Serving, trader: User, stranger: User
) -> None:
    settings.BACKTESTS_POLL_SECONDS = 0.02
    settings.BACKTESTS_PROGRESS_SECONDS = 0.05
    async with (
        connected(gateway, trader) as own,
        connected(gateway, stranger) as others,
    ):
        for client in (own, others):
            await client.send({"type": "subscribe", "channels": ["backtest.*"], "timestamp": 0})
            await client.next(lambda frame: frame["type"] == "subscribed")
        made = await ask(own, "backtest.run", RUN)
        assert (made["success"], made["data"]["status"]) == (True, "created")
        backtest_id = made["data"]["backtest_id"]
        life = f"backtest.{backtest_id}.lifecycle"
        async with working(gateway):
            ended = await own.next(lambda frame: frame.get("channel") == life and frame["event"] != "started")
        assert (ended["type"], ended["event"], ended["data"]["state"]) == ("event", "completed", "completed")
        assert ended["data"]["metrics"]["trades"] >= 5
        told = [
            frame for frame in map(json.loads, own.texts) if frame.get("channel") == f"backtest.{backtest_id}.progress"
        ]
        assert set(told[-1]["data"]) == {"id", "phase", "progress", "current_date", "trades_count", "current_equity"}
        assert (told[-1]["event"], told[-1]["data"]["progress"]) == ("update", 1)
        result = await ask(own, "backtest.result", {"id": backtest_id})
        assert (result["data"]["candles"], result["data"]["backtest"]["id"]) == (300, backtest_id)
        trades = await ask(own, "backtest.trades", {"id": backtest_id, "limit": 2, "offset": 1})
        assert [trade["number"] for trade in trades["data"]["items"]] == [2, 3]
        refused = await ask(others, "backtest.result", {"id": backtest_id})
        assert refused["error"]["code"] == "NOT_FOUND"
        assert not [text for text in others.texts if backtest_id in text]


@row("CM-51")
async def test_it_refuses_in_the_words_of_rest(gateway: Serving, trader: User) -> None:
    async with connected(gateway, trader) as client:
        refused = await ask(client, "backtest.run", {**RUN, "params": {"fast": 30, "slow": 10}})
        assert refused["error"] == {
            "code": "VALIDATION_ERROR",
            "message": "fast must be smaller than slow",
            "fields": {"params.fast": "fast must be smaller than slow"},
        }
