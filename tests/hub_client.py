"""Asking REST in this process as a server with a gateway does: the request's scope leads to a hub."""

import json
from typing import Any

from django.test import AsyncClient

from streaming.fan_out.hub import Hub
from streaming.rest.hub import HUB

_JSON = "application/json"


class HubClient(AsyncClient):
    """Asks with a hub; `token` logs in, where one is given."""

    def __init__(self, hub: Hub, *, token: str = "") -> None:
        super().__init__()
        self._hub = hub
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request, with JSON where there is a body, and return the response."""
        data = b"" if body is None else json.dumps(body, default=str).encode()
        return await self.generic(method, path, data, _JSON, headers=self._headers)

    def _base_scope(self, **request: Any) -> dict[str, Any]:
        async def hub_of_process() -> Hub:
            return self._hub

        return {**super()._base_scope(**request), HUB: hub_of_process}  # type: ignore[misc]  # the stubs lack it
