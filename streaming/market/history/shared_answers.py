"""Answers that many who ask alike share: one is made at a time, and kept for a while."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from streaming.clock import Clock

_MOST_ANSWERS = 256
_MOST_BYTES = 8 * 1024 * 1024

Answer = TypeVar("Answer")
"""Anything but None."""


class SharedAnswers(Generic[Answer]):
    """Answers that are kept for their lifetime, and those under way. One belongs to one event loop.

    Kept are at most 256, and so many that by `size_of` they have at most 8 MiB, or one that is larger.
    """

    def __init__(self, clock: Clock, *, size_of: Callable[[Answer], int]) -> None:
        self._clock = clock
        self._size_of = size_of
        self._held: dict[object, tuple[Answer, float]] = {}
        self._coming: dict[object, asyncio.Task[Answer]] = {}

    async def get(
        self, key: object, make: Callable[[], Awaitable[Answer]], lifetime: Callable[[Answer, int], float]
    ) -> Answer:
        """Return the answer to `key`: held, under way, or made now; a failure is told to all who wait, not kept.

        `lifetime` returns for how many seconds an answer is held, from the answer and the time of day in ms.
        """
        known = await self.known(key)
        if known is not None:
            return known
        task = self._coming[key] = asyncio.ensure_future(self._make(key, make, lifetime))
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
        self, key: object, make: Callable[[], Awaitable[Answer]], lifetime: Callable[[Answer, int], float]
    ) -> Answer:
        asked_at_ms = self._clock.now_ms()
        answer = await make()
        now = self._clock.monotonic()
        self._held = {other: held for other, held in self._held.items() if held[1] > now and other != key}
        self._make_room(self._size_of(answer))
        self._held[key] = (answer, now + lifetime(answer, asked_at_ms))
        return answer

    def _make_room(self, size: int) -> None:
        """Forget the oldest answers, until there is room for one of so many bytes."""
        held = sum(self._size_of(answer) for answer, _ in self._held.values())
        while self._held and (len(self._held) >= _MOST_ANSWERS or held + size > _MOST_BYTES):
            oldest, _ = self._held.pop(next(iter(self._held)))
            held -= self._size_of(oldest)

    def _finish(self, key: object, task: asyncio.Task[Answer]) -> None:
        del self._coming[key]
        if not task.cancelled():
            task.exception()  # whoever waits is told; where nobody does any more, that is no fault
