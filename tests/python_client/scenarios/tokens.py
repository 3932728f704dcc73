"""The tokens that a scenario's client is given."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal

from tests.clients.stage_process import StageProcess

TokenSource = Literal["fresh", "fixed", "refused", "refused_then_fresh"]
Token = str | Callable[[], Awaitable[str]] | None
SHORT_SECONDS = 6
"""How long the tokens are good of a scenario that wants short ones."""
_REFUSED = "eyJhbGciOiJIUzI1NiJ9.eyJ1c2VySWQiOiIxIiwiZXhwIjo0MTAyNDQ0ODAwfQ.c2lnbmF0dXJl"  # signed by nobody


class Tokens:
    """Gets them from the stage; `first_end_ms` is when the first of them ends, once there is one."""

    def __init__(self, stage: StageProcess, *, are_short: bool) -> None:
        self.first_end_ms: int | None = None
        self._options = {"seconds": SHORT_SECONDS} if are_short else {}
        self._stage = stage
        self._was_refused = False

    async def given_by(self, source: TokenSource | None) -> Token:
        """Return what the client gets as its token."""
        match source:
            case None:
                return None
            case "fixed":
                return await self._fresh()
            case "fresh":
                return self._fresh
            case "refused":
                return _REFUSED
            case "refused_then_fresh":
                return self._refused_then_fresh

    async def _fresh(self) -> str:
        answer = await asyncio.to_thread(self._stage.ask, "/token", user="demo", **self._options)
        if self.first_end_ms is None:
            self.first_end_ms = answer["expires_at"]
        token: str = answer["token"]
        return token

    async def _refused_then_fresh(self) -> str:
        if self._was_refused:
            return await self._fresh()
        self._was_refused = True
        return _REFUSED
