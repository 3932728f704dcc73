"""What can be asked of a stage over HTTP: the ASGI application behind its `control` address."""

import asyncio
import json
import urllib.error
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

from tests.clients.staged_gateway import Stage

Query = Mapping[str, str]
_DONE = {"done": True}


class UnknownRequestError(Exception):
    """What was asked for is not among what can be."""


class Control:
    """Carries out what is asked, and answers in JSON when it is done."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        _: Callable[[], Awaitable[MutableMapping[str, Any]]],
        send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ) -> None:
        """Answer one request."""
        query = dict(parse_qsl(scope["query_string"].decode(), keep_blank_values=True))
        status, said = await self._answer(scope["path"], query)
        headers = [(b"content-type", b"application/json"), (b"access-control-allow-origin", b"*")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(said).encode()})

    async def _answer(self, path: str, query: Query) -> tuple[int, Any]:
        try:
            return 200, await self._carried_out(path.strip("/").split("/"), query)
        except urllib.error.HTTPError as refused:
            with refused:
                return 400, {"error": f"{refused.url} answered {refused.code}: {refused.read().decode()}"}
        except (UnknownRequestError, TypeError, ValueError, KeyError, OSError) as error:
            return 400, {"error": f"{type(error).__name__}: {error}"}

    async def _carried_out(self, path: list[str], query: Query) -> Any:
        stage = self._stage
        match path:
            case ["proxy", "seen"]:
                return {"refused": stage.proxy.refused, "connections": stage.proxy.seen}
            case ["proxy", act]:
                self._proxy(act, query)
            case ["gateway", act]:
                await self._gateway(act)
            case ["token"]:
                seconds = float(query["seconds"]) if "seconds" in query else None
                return await asyncio.to_thread(stage.token, query.get("user", "demo"), seconds)
            case ["newcomer"]:
                return await asyncio.to_thread(stage.newcomer)
            case _:
                await self._others(path, query)
        return _DONE

    async def _others(self, path: list[str], query: Query) -> None:
        stage = self._stage
        match path:
            case ["reset"]:
                stage.proxy.reset()
                stage.forget_logins()
                await stage.end_readers()
                await asyncio.to_thread(stage.end_faults)
            case ["exchange", fault]:
                await asyncio.to_thread(stage.demo.fault, fault, **query)
            case ["exchange", fault, "end"]:
                await asyncio.to_thread(stage.demo.end_fault, fault)
            case ["read"]:
                await stage.read(query["channel"])
            case ["log-out"]:
                await asyncio.to_thread(stage.log_out, query.get("user", "demo"))
            case _:
                raise UnknownRequestError("/".join(path))

    def _proxy(self, act: str, query: Query) -> None:
        proxy = self._stage.proxy
        match act:
            case "refuse":
                proxy.refuse(**{name: int(value) for name, value in query.items()})
            case "inject":
                proxy.inject(query["text"].encode(), binary=query.get("binary") == "1")
            case "cut" | "accept" | "stall" | "swallow" | "release":
                getattr(proxy, act)(**query)
            case _:
                raise UnknownRequestError(act)

    async def _gateway(self, act: str) -> None:
        if act not in ("stop", "start", "restart"):
            raise UnknownRequestError(act)
        if act != "start":
            await asyncio.to_thread(self._stage.demo.stop)
        if act != "stop":
            await asyncio.to_thread(self._stage.demo.start)
