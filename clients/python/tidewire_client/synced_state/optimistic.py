"""A value that the server decides, and updates that are shown before it has. Pure."""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")
Apply = Callable[[T], T]
Resolve = Callable[[T, T, T], T]
"""`resolve(base, local, server)`: what is shown while updates are pending and the server's value changes."""


class Optimistic(Generic[T]):
    """What the server said last, and the updates on top of it that it has not confirmed, in their order.

    An update, or the hook, may raise on a value of the server's that it wasn't made for: `tell` is told, and it changes
    nothing.
    """

    def __init__(
        self, base: T, resolve: Resolve[T] | None = None, tell: Callable[[Exception], None] | None = None
    ) -> None:
        """Begin with `base`. Without `tell`, what is raised is raised."""
        self._base = base
        self._value = base
        self._resolve = resolve
        self._tell = tell or _raise
        self._pending: dict[object, Apply[T]] = {}

    @property
    def base(self) -> T:
        """What the server said last."""
        return self._base

    @property
    def value(self) -> T:
        """The server's value with all pending updates."""
        return self._value

    def update(self, apply: Apply[T]) -> object:
        """Show an update at once; return what names it. What `apply` raises is raised, and changes nothing."""
        self._value = apply(self._value)
        name = object()
        self._pending[name] = apply
        return name

    def confirmed(self, name: object, answer: T | None) -> None:
        """Make an update the server's, or take the server's `answer` in its place."""
        apply = self._pending.pop(name)
        self._base = self._with(apply, self._base) if answer is None else answer
        self._apply_pending()

    def refused(self, name: object) -> None:
        """Take an update back."""
        self._pending.pop(name)
        self._apply_pending()

    def server_says(self, base: T) -> None:
        """Take a new value of the server's: pending updates are applied to it anew, unless the hook decides."""
        former, self._base = self._base, base
        if self._pending and self._resolve is not None:
            self._decide(self._resolve, former)
        self._apply_pending()

    def _decide(self, resolve: Resolve[T], former: T) -> None:
        try:
            resolved = resolve(former, self._value, self._base)
        except Exception as error:  # noqa: BLE001 - the program's function may raise anything; it is told
            self._tell(error)
            return
        *others, last = self._pending
        self._pending = {**dict.fromkeys(others, _as_it_is), last: lambda _: resolved}

    def _apply_pending(self) -> None:
        value = self._base
        for apply in self._pending.values():
            value = self._with(apply, value)
        self._value = value

    def _with(self, apply: Apply[T], value: T) -> T:
        try:
            return apply(value)
        except Exception as error:  # noqa: BLE001 - the program's function may raise anything; it is told
            self._tell(error)
            return value


def _raise(error: Exception) -> None:
    raise error


def _as_it_is(value: T) -> T:
    return value
