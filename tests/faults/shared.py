"""What is long in the making, and shared by tests until one of them fails: then it may be broken, and is made anew."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from types import TracebackType
from typing import Generic, Self, TypeVar

import pytest

T = TypeVar("T")

_has_failed = pytest.StashKey[bool]()


def note_outcome(item: pytest.Item, report: pytest.TestReport) -> None:
    """Note whether a test has failed, this time."""
    item.stash[_has_failed] = report.failed or (report.when != "setup" and item.stash.get(_has_failed, False))


def has_failed(item: pytest.Item) -> bool:
    """Return whether a test, which is about to end, has failed this time."""
    return item.stash.get(_has_failed, False)


class Shared(Generic[T]):
    """Holds one for all, made by `make` when it is first asked for, until `discard` or the end of the `with`."""

    def __init__(self, make: Callable[[], AbstractContextManager[T]]) -> None:
        self._make = make
        self._held: list[T] = []
        self._ending = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.discard()

    def get(self) -> T:
        """Return the one that there is, or a new one."""
        if not self._held:
            self._held.append(self._ending.enter_context(self._make()))
        return self._held[0]

    def discard(self) -> None:
        """End the one that there is; harmless where there is none."""
        self._held.clear()
        self._ending.close()
