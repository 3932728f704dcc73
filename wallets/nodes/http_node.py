"""A node that is asked by HTTP: it tells nothing by itself."""

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx2

from streaming.loopback import is_loopback
from wallets.errors import InconsistentNodeError
from wallets.nodes.errors import NodeUnavailableError
from wallets.nodes.json_rpc import Call, Notification, outcomes_of, read_message, request_text
from wallets.nodes.node import NodeLimits

_JSON = {"Content-Type": "application/json"}
_SUCCESS = 200


class HttpNode:
    """A node by HTTP, as `wallets.nodes.node.Node` describes one."""

    tells_heads = False

    def __init__(self, url: str, limits: NodeLimits) -> None:
        self.url = url
        self._limits = limits
        timeout = httpx2.Timeout(limits.answer_seconds, connect=limits.open_seconds)
        self._client = httpx2.AsyncClient(timeout=timeout, trust_env=not is_loopback(url))
        self._next = 1

    async def exchange(self, calls: Sequence[Call]) -> list[Any]:
        """Return the outcome of each call."""
        first = self._next
        self._next += len(calls)
        message = read_message(await self._posted(request_text(calls, first)))
        if isinstance(message, Notification):
            raise InconsistentNodeError("the node answers a call with a notification")
        return outcomes_of(calls, first, message)

    async def close(self) -> None:
        """Close its connections."""
        await self._client.aclose()

    async def _posted(self, text: bytes) -> bytes:
        try:
            async with asyncio.timeout(self._limits.answer_seconds):  # httpx's own limit is one for each read
                async with self._client.stream("POST", self.url, content=text, headers=_JSON) as response:
                    body = await self._body(response)
        except TimeoutError:
            raise NodeUnavailableError(f"the node doesn't answer in {self._limits.answer_seconds:g} s") from None
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            raise NodeUnavailableError(f"the node doesn't answer: {str(error) or type(error).__name__}") from error
        if response.status_code != _SUCCESS and not body.lstrip().startswith((b"{", b"[")):
            raise NodeUnavailableError(f"the node answers HTTP status {response.status_code}")
        return body

    async def _body(self, response: httpx2.Response) -> bytes:
        body = bytearray()
        async for part in response.aiter_bytes():
            body += part
            if len(body) > self._limits.answer_bytes:
                raise InconsistentNodeError(f"the node's answer is larger than {self._limits.answer_bytes} bytes")
        return bytes(body)
