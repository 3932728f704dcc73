"""Clients that we didn't write, unchanged: Node's `ws`, wscat, a browser's page opened from a file.

Python's `websockets` is what the other tests of this package use.
"""

import json
import os
import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.deployments import Deployment
from tests.services import need_chromium, need_node, need_node_module

CLIENTS = Path(__file__).parent / "clients"
ROOT = Path(__file__).resolve().parents[3]
LIMIT_SECONDS = 60


def run(*command: str) -> str:
    """Return what a client prints; it must end by itself, with 0. Its input stays open, as at a terminal."""
    reading, writing = os.pipe()
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False, stdin=reading
        )
    finally:
        os.close(reading)
        os.close(writing)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.node
def test_it_serves_nodes_ws(demo: Deployment) -> None:
    need_node_module("ws")
    told = json.loads(run(need_node(), str(CLIENTS / "node_ws.mjs"), demo.socket_url))
    assert told == {
        "code": 1000,
        "types": sorted(["connected", "subscribed", "unsubscribed", "pong", "error", "price", "ticker", "kline"]),
        "refusals": ["unknown_symbol", "authentication_required"],
    }


@pytest.mark.node
def test_it_serves_wscat(demo: Deployment) -> None:
    wscat = need_node_module("wscat") / "bin" / "wscat"
    messages = ('{"type":"subscribe","channels":["price:BTCUSDT"]}', '{"type":"ping"}')
    command = [need_node(), str(wscat), "--connect", demo.socket_url, "--wait", "8"]
    for message in messages:
        command += ["--execute", message]
    frames = [json.loads(line.lstrip("< ")) for line in run(*command).splitlines() if "{" in line]
    assert {frame["type"] for frame in frames} == {"connected", "subscribed", "pong", "price"}


@pytest.mark.browser
def test_it_serves_a_page_opened_from_a_file(demo: Deployment) -> None:
    need_node_module("playwright-core")
    page = f"{(CLIENTS / 'page.html').as_uri()}?url={quote(demo.socket_url, safe='')}"
    expected = " ".join(sorted(["connected", "subscribed", "error", "pong", "price", "ticker", "kline"]))
    printed = run(need_node(), str(CLIENTS / "open_page.mjs"), need_chromium(), page, expected)
    assert printed.strip() == f"file: {expected}"
