"""Those who wait for the same thing to happen."""

import asyncio
from typing import Generic, TypeVar

T = TypeVar("T")


class Waiters(Generic[T]):
    """Any number of waiting tasks, let go together. One that is cancelled just isn't there any more."""

    def __init__(self) -> None:
        self._futures: set[asyncio.Future[T]] = set()

    async def wait(self) -> T:
        """Return what `release` is given next, or raise what `fail` is."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._futures.add(future)
        try:
            return await future
        finally:
            self._futures.discard(future)

    def release(self, value: T) -> None:
        """Let all go who wait now."""
        for future in self._futures:
            if not future.done():
                future.set_result(value)

    def fail(self, error: Exception) -> None:
        """Let all fail who wait now."""
        for future in self._futures:
            if not future.done():
                future.set_exception(error)
