"""Answers that many who ask alike share: one is made at a time, and kept for a while."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from streaming.clock import Clock

_MOST_ANSWERS = 256

Answer = TypeVar("Answer")
"""Anything but None."""


class SharedAnswers(Generic[Answer]):
    """Answers that are kept for their life, and those under way. One belongs to one event loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._held: dict[object, tuple[Answer, float]] = {}
        self._coming: dict[object, asyncio.Task[Answer]] = {}

    async def get(
        self, key: object, make: Callable[[], Awaitable[Answer]], life: Callable[[Answer, int], float]
    ) -> Answer:
        """Return the answer to `key`: held, under way, or made now; a failure is told to all who wait, not kept.

        `life` returns for how many seconds an answer is held, from the answer and the time of day in ms.
        """
        known = await self.known(key)
        if known is not None:
            return known
        task = self._coming[key] = asyncio.ensure_future(self._make(key, make, life))
        task.add_done_callback(lambda done: self._finish(key, done))
        return await asyncio.shield(task)

    def has(self, key: object) -> bool:
        """Return whether an answer to `key` is held or under way; any thread may ask."""
        return self._fresh(key) is not None or key in self._coming

    async def known(self, key: object) -> Answer | None:
        """Return the answer to `key` that is held or under way; None, at once, where there is none."""
        fresh, task = self._fresh(key), self._coming.get(key)
        return await asyncio.shield(task) if fresh is None and task is not None else fresh

    def _fresh(self, key: object) -> Answer | None:
        held = self._held.get(key)
        return held[0] if held is not None and held[1] > self._clock.monotonic() else None

    async def _make(
        self, key: object, make: Callable[[], Awaitable[Answer]], life: Callable[[Answer, int], float]
    ) -> Answer:
        asked_at_ms = self._clock.now_ms()
        answer = await make()
        now = self._clock.monotonic()
        self._held = {other: held for other, held in self._held.items() if held[1] > now}
        while len(self._held) >= _MOST_ANSWERS:
            del self._held[next(iter(self._held))]
        self._held[key] = (answer, now + life(answer, asked_at_ms))
        return answer

    def _finish(self, key: object, task: asyncio.Task[Answer]) -> None:
        del self._coming[key]
        if not task.cancelled():
            task.exception()  # whoever waits is told; where nobody does any more, that is no fault
