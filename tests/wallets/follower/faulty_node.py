"""A node that stands before a simulated one and answers wrongly on request, by HTTP on a real socket."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx2
from aiohttp import web

from tests.waiting import LIMIT_SECONDS

Fault = Callable[[Any], "bytes | None"]
"""Given what the node behind it answers, returns what is sent instead; None: nothing is answered at all."""
Lie = Callable[[str, Any], Any]
"""Given a method and its result, returns the result that is answered instead."""


class FaultyNode:
    """Hands requests on to the node at `url`, and answers as `fault` and `lie` say while there is one."""

    def __init__(self, url: str) -> None:
        self.fault: Fault | None = None
        self.lie: Lie | None = None
        self.url = ""
        self._behind = httpx2.AsyncClient(base_url=url, timeout=LIMIT_SECONDS, trust_env=False)
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen."""
        application = web.Application(client_max_size=2**24)
        application.add_routes([web.post("/", self._answer)])
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Listen no more."""
        if self._runner is not None:
            await self._runner.cleanup()
        await self._behind.aclose()

    async def _answer(self, request: web.Request) -> web.Response:
        asked = await request.read()
        answer = (await self._behind.post("", content=asked)).content
        if self.lie is not None:
            answer = _with_lie(self.lie, json.loads(asked), json.loads(answer))
        if self.fault is not None:
            wrong = self.fault(json.loads(answer))
            if wrong is None:
                await asyncio.Event().wait()
            return web.Response(body=wrong)
        return web.Response(body=answer)


def _with_lie(lie: Lie, asked: Any, answer: Any) -> bytes:
    methods = {call["id"]: call["method"] for call in (asked if isinstance(asked, list) else [asked])}
    for response in answer if isinstance(answer, list) else [answer]:
        if "result" in response:
            response["result"] = lie(methods[response["id"]], response["result"])
    return json.dumps(answer).encode()


def half(answer: Any) -> bytes:
    """Answer half of a batch."""
    return json.dumps(answer[: len(answer) // 2] if isinstance(answer, list) else answer).encode()


def each(change: Callable[[Any], Any]) -> Fault:
    """Return a fault that changes each result."""

    def fault(answer: Any) -> bytes:
        one = [answer] if isinstance(answer, dict) else answer
        changed = [{**response, "result": change(response.get("result"))} for response in one]
        return json.dumps(changed[0] if isinstance(answer, dict) else changed).encode()

    return fault
