"""A client of each style, unchanged, against the demo, for TEST_CLIENT_SECONDS (10 where it says nothing).

Each sees what the protocol promises: shapes, order, answers, no trade and no closed candle lost, no late price.
"""

import json
import os
import sys
import urllib.request
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from subprocess import run
from typing import Any

import pytest

from streaming.gateway.dialects.control import SUBPROTOCOL
from tests.deployments import Deployment
from tests.services import need_chromium, need_node, need_node_module
from tests.wire.judge import Sighting, judge_end, judge_market, judge_numbers

SECONDS = int(os.environ.get("TEST_CLIENT_SECONDS", "10"))
CLIENTS = Path(__file__).parent / "clients"
CHANNELS = (
    "price:BTCUSDT", "ticker:ETHUSDT", "klines:BTCUSDT:1m", "klines:SOLUSDT:1s", "trades:BTCUSDT", "depth:BTCUSDT",
    "market:overview",
)  # fmt: skip
TRADING_CHANNELS = (
    "kline:BTCUSDT:1m", "kline:BTCUSDT:1s", "ticker:BTCUSDT", "depth:BTCUSDT", "trade:BTCUSDT", "price:ETHUSDT",
)  # fmt: skip
SILENT = ("notifications", "orders:me", "grid.*", "backtest.*.progress", "system.log")
PING_SECONDS = 30 if SECONDS > 60 else 2


def speech(url: str, *, protocols: Sequence[str] = (), first: Sequence[Any]) -> dict[str, Any]:
    """Return what a client is to say."""
    return {
        "url": url,
        "protocols": list(protocols),
        "first": list(first),
        "repeated": [{"type": "ping"}],
        "every": PING_SECONDS,
        "seconds": SECONDS,
    }


def subscription(*channels: str) -> dict[str, Any]:
    return {"type": "subscribe", "channels": list(channels)}


def sighting(*command: str) -> Sighting:
    """Run a client to its end, and return what it told."""
    root = Path(__file__).resolve().parents[3]
    done = run(command, cwd=root, capture_output=True, text=True, timeout=SECONDS + 60, check=False)
    assert done.returncode == 0, done.stderr + done.stdout[-2000:]
    return Sighting(done.stdout.splitlines())


def with_node(said: dict[str, Any]) -> Sighting:
    return sighting(need_node(), str(CLIENTS / "speaker.mjs"), json.dumps(said))


def with_python(said: dict[str, Any]) -> Sighting:
    return sighting(sys.executable, str(CLIENTS / "speaker.py"), json.dumps(said))


def with_page(said: dict[str, Any]) -> Sighting:
    page = (CLIENTS / "speaker.html").as_uri()
    return sighting(need_node(), str(CLIENTS / "speaker_page.mjs"), need_chromium(), page, json.dumps(said))


def ticket_of(demo: Deployment) -> str:
    request = urllib.request.Request(
        f"{demo.http_url}/api/v1/ws/ticket", b"", {"Authorization": f"Bearer {demo.token()}"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        ticket: str = json.load(answer)["ticket"]
    return ticket


@pytest.mark.node
@pytest.mark.browser
@pytest.mark.timeout(SECONDS + 120)
def test_every_style_sees_what_the_protocol_promises_for_as_long_as_it_stays(demo: Deployment) -> None:
    need_node_module("ws")
    need_node_module("playwright-core")
    need_chromium()
    auth = {"type": "auth", "token": demo.token()}
    trading = f"{demo.socket_url}/trading?token={demo.token()}"
    ticketed = f"{demo.socket_url}?ticket={ticket_of(demo)}"
    control = [auth, subscription(*CHANNELS, *SILENT, "system.health", "nonsense"), command("market.symbols"), auth]
    with ThreadPoolExecutor() as pool:
        seen: dict[str, Future[Sighting]] = {
            "node": pool.submit(with_node, speech(demo.socket_url, first=[subscription(*CHANNELS)])),
            "page": pool.submit(with_page, speech(ticketed, first=[subscription(*CHANNELS, *SILENT)])),
            "python": pool.submit(with_python, speech(trading, first=[subscription(*TRADING_CHANNELS)])),
            "zigquant": pool.submit(with_node, speech(demo.socket_url, protocols=[SUBPROTOCOL], first=control)),
            "without subprotocol": pool.submit(with_python, speech(demo.socket_url, first=control)),
        }
    judge_anonymous(seen["node"].result())
    judge_ticketed(seen["page"].result())
    judge_trading(seen["python"].result())
    judge_zigquant(seen["zigquant"].result())
    judge_without_subprotocol(seen["without subprotocol"].result())


def command(action: str) -> dict[str, Any]:
    return {"type": "command", "id": "cmd_001", "action": action, "params": {"query": "BTC"}}


def judge_common(one: Sighting, channels: Sequence[str], *, style: str) -> None:
    judge_end(one)
    judge_numbers(one)
    judge_market(one, channels, style=style)
    assert one.types["pong"] >= SECONDS // PING_SECONDS - 1


def judge_anonymous(one: Sighting) -> None:
    judge_common(one, CHANNELS, style="market")
    assert one.frames[0]["type"] == "connected"
    assert one.frames[0]["data"]["authenticated"] is False
    assert [frame["channel"] for frame in one.of_type("subscribed")] == list(CHANNELS)
    assert one.types["error"] == 0


def judge_ticketed(one: Sighting) -> None:
    judge_common(one, CHANNELS, style="market")
    assert one.frames[0]["data"]["authenticated"] is True
    assert [frame["channel"] for frame in one.of_type("subscribed")] == [*CHANNELS, *SILENT]


def judge_trading(one: Sighting) -> None:
    judge_common(one, TRADING_CHANNELS, style="trading")
    assert set(one.frames[0]) == {"type", "clientId", "timestamp"}
    assert [frame["channel"] for frame in one.of_type("subscribed")] == list(TRADING_CHANNELS)
    assert all(isinstance(frame["timestamp"], int) for frame in one.frames)


def judge_zigquant(one: Sighting) -> None:
    judge_common(one, CHANNELS, style=SUBPROTOCOL)
    assert one.types["connected"] == 0
    [subscribed] = one.of_type("subscribed")
    assert subscribed["data"]["channels"] == [*CHANNELS, *SILENT, "system.health"]
    assert subscribed["data"]["active_subscriptions"] == len(CHANNELS) + len(SILENT) + 1
    [error] = one.of_type("error")
    assert (error["data"]["code"], error["data"]["channel"]) == ("unknown_channel", "nonsense")
    judge_login_and_command(one)
    health = [frame for frame in one.of_type("event") if frame["channel"] == "system.health"]
    assert SECONDS // 5 - 1 <= len(health) <= SECONDS // 5 + 2  # the last known one comes at once
    assert all(isinstance(frame["timestamp"], int) for frame in one.frames)
    if SECONDS > 60:
        assert one.types["ping"] >= SECONDS // 30 - 1


def judge_without_subprotocol(one: Sighting) -> None:
    judge_common(one, CHANNELS, style="market")
    assert one.frames[0]["type"] == "connected"
    assert [frame["channel"] for frame in one.of_type("subscribed")] == [*CHANNELS, *SILENT, "system.health"]
    [error] = one.of_type("error")
    assert (error["data"]["code"], error["channel"]) == ("unknown_channel", "nonsense")
    judge_login_and_command(one)
    assert any(frame["channel"] == "system.health" for frame in one.of_type("event"))


def judge_login_and_command(one: Sighting) -> None:
    """The login, its renewal and the command were answered once each."""
    assert [frame["success"] for frame in one.of_type("auth_result")] == [True, True]
    [response] = one.of_type("response")
    assert (response["id"], response["success"]) == ("cmd_001", True)
    assert {item["symbol"] for item in response["data"]["items"]} == {"BTCUSDT", "BTCUSDC"}
