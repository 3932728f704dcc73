"""What the system says of itself while something is wrong, as operators see it."""

import asyncio
import json
import time
import urllib.error
import urllib.request
from typing import Any

from tests.deployments import Deployment
from tests.faults.readers import Readers
from tests.soak.clients.dialects import News
from tests.waiting import until

ANSWER_SECONDS = 5.0
"""Within so long `/health` answers whatever is away: it gives each part two seconds."""


async def answer_of(url: str, body: bytes | None = None) -> tuple[int, Any]:
    """Return status and JSON of `url`, to which `body` is posted where there is one; fail where it takes too long."""
    return await asyncio.to_thread(_answer_of, url, body)


async def until_part(gateway: str, part: str, state: str) -> None:
    """Wait until a gateway's `/health` says that a part is in this state; each answer must come in time."""
    deadline = time.monotonic() + 20.0
    while (health := (await answer_of(f"{gateway}/health"))[1])[part]["state"] != state:
        assert time.monotonic() < deadline, health
        await asyncio.sleep(0.1)


async def until_ready(gateway: str, *, seconds: float = 20.0) -> None:
    """Wait until a gateway has all that it needs."""
    deadline = time.monotonic() + seconds
    while (answer := await answer_of(f"{gateway}/ready"))[0] != 200:
        assert time.monotonic() < deadline, answer
        await asyncio.sleep(0.1)


async def until_well(deployment: Deployment, readers: Readers) -> None:
    """Wait until every gateway is ready, and `system.health` says so to every client that may hear it."""
    for gateway in deployment.gateways:
        await until_ready(gateway)
    for reader in readers.all:
        reader.told.clear()
    for reader in readers.all:
        await until(lambda reader=reader: any(_is_well(news) for news in reader.told))  # type: ignore[misc]


def _is_well(news: News) -> bool:
    return news.channel == "system.health" and news.data["status"] == "ok"


def _answer_of(url: str, body: bytes | None) -> tuple[int, Any]:
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, json.load(refused)
