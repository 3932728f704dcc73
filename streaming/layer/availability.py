"""Whether one of several hosts answers: nobody waits for one that is known not to, and it is asked again meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from streaming.clock import Clock, SystemClock
from streaming.layer.cancelling import heeding_cancellation
from streaming.layer.stall_tolerant_timeout import stall_tolerant_timeout
from streaming.outage import Outage

PATIENCE_SECONDS = 0.8
"""How long an answer may take before the host counts as away: less than the callers' own patience, a second."""
_PAUSE_SECONDS = 0.5
"""Between two questions to a host that is away."""

_NO_ANSWER = (OSError, RedisConnectionError, RedisTimeoutError)

Answer = TypeVar("Answer")


class HostAwayError(ConnectionError):
    """A host doesn't answer."""


class Availability:
    """Whether the host called `name` answers, which `probe` asks without changing anything; it raises where it doesn't.

    It belongs to one event loop.
    """

    def __init__(
        self,
        name: str,
        probe: Callable[[], Awaitable[object]],
        *,
        what: str = "Redis host",
        clock: Clock | None = None,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._name = name
        self._probe = probe
        self._patience = patience
        self._outage = Outage(f"{what} {name}", clock or SystemClock())
        self._probing: asyncio.Task[None] | None = None

    @property
    def is_away(self) -> bool:
        """True from the first question without an answer until the host answers again."""
        return self._outage.is_on

    async def ask(self, question: Callable[[], Awaitable[Answer]]) -> Answer:
        """Return the answer; raise `HostAwayError` where none comes in time, and at once while the host is away.

        An answer that refuses is one: what it raises is passed on.
        """
        if self._outage.is_on:
            raise HostAwayError(f"{self._name} doesn't answer")
        try:
            async with stall_tolerant_timeout(self._patience):
                return await heeding_cancellation(question())
        except _NO_ANSWER as error:
            self._note_away(error)
            raise HostAwayError(f"{self._name} doesn't answer: {error!r}") from error

    async def close(self) -> None:
        """Ask no more whether it is back; calling it twice is harmless."""
        probing = self._probing
        if probing is not None:
            probing.cancel()
            await asyncio.gather(probing, return_exceptions=True)

    def _note_away(self, error: Exception) -> None:
        self._outage.failed(error)
        if self._probing is None:
            self._probing = asyncio.get_running_loop().create_task(self._until_back())

    async def _until_back(self) -> None:
        try:
            while self._outage.is_on:
                await asyncio.sleep(_PAUSE_SECONDS)
                await self._ask_again()
        finally:
            self._probing = None

    async def _ask_again(self) -> None:
        try:
            async with stall_tolerant_timeout(self._patience):
                await heeding_cancellation(self._probe())
        except Exception as error:  # noqa: BLE001 - whatever a client raises: it is asked again
            self._outage.failed(error)
        else:
            self._outage.worked()
