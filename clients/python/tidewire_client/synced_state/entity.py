"""One piece of the server's state: its snapshot, the events that change it, and updates that are shown at once."""

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

from tidewire_client.back_off import delay_of
from tidewire_client.cancelling import ends_task
from tidewire_client.channels.handlers import Handler, Handlers
from tidewire_client.errors import (
    CommandClosedError,
    CommandRefusedError,
    CommandTimeoutError,
    ConnectionClosedError,
    StateLoadError,
    StateNotLoadedError,
    UnreadableFrameError,
)
from tidewire_client.events import Event, Resync
from tidewire_client.synced_state.optimistic import Apply, Optimistic, Resolve
from tidewire_client.unhandled_errors import report_unhandled
from tidewire_client.waiters import Waiters

T = TypeVar("T")

_MOST_EVENTS_WHILE_LOADING = 1000
_GAP_SPREAD = 2.0
"""Within so many seconds of a gap the snapshot is made: all clients of a gateway hear of it in the same moment."""
_LONGEST_RESUMING = 10.0
"""So many seconds it may take until what was missed is told; then the snapshot is made anew."""
_UNCERTAIN = (
    TimeoutError,
    CommandTimeoutError,
    CommandClosedError,
    ConnectionClosedError,
    UnreadableFrameError,
    asyncio.CancelledError,
)
"""After these nobody knows whether an update was carried out, so the snapshot is made anew."""
_MAY_BE_DONE = frozenset({"UNAVAILABLE", "INTERNAL_ERROR"})
"""Nor does anybody after a refusal by one of these codes: what took too long, the server goes on with."""
_PASSING = frozenset({"TIMEOUT", "UNAVAILABLE", "RATE_LIMITED", "QUEUE_FULL"})
"""A snapshot that failed by one of these codes is asked for again."""


class Entity(Generic[T]):
    """A value that is kept in step with the server. Made by `StateSync.define`.

    `on("change", handler)` tells each new value, `on("error", handler)` a `StateLoadError`.
    """

    def __init__(
        self,
        name: str,
        *,
        load: Callable[[], Awaitable[T]],
        apply: Callable[[T, Any], T] | None,
        resolve: Resolve[T] | None,
        resumed: Callable[[], Awaitable[bool]],
        is_connected: Callable[[], bool],
        tell: Callable[[StateLoadError], None],
        delay: Callable[[int], float] = delay_of,
        uniform: Callable[[], float] = random.random,  # noqa: S311 - spreads attempts, keeps no secret
    ) -> None:
        """`resumed` tells, after a reconnect, whether all events came that were missed.

        `delay` gives the seconds to wait after so many failures in passing, from 0, before it is loaded again.

        `uniform` gives numbers from 0 to 1: which part of two seconds to wait after a gap.
        """
        self.name = name
        self._is_connected = is_connected
        self._load = load
        self._apply = apply
        self._resolve = resolve
        self._resumed = resumed
        self._tell = tell
        self._delay = delay
        self._uniform = uniform
        self._failures = 0
        self._again: asyncio.TimerHandle | None = None
        self._state: Optimistic[T] | None = None
        self._handlers = Handlers(lambda error: report_unhandled("A handler of an entity raised", error))
        self._loading: asyncio.Task[None] | None = None
        self._resuming: asyncio.Task[None] | None = None
        self._is_in_step = False
        """Whether the value is what the server's was when the last event came."""
        self._loaded: Waiters[None] = Waiters()
        self._events_while_loading: deque[Event] = deque(maxlen=_MOST_EVENTS_WHILE_LOADING)

    @property
    def value(self) -> T | None:
        """The value with all updates that are under way; None before the first snapshot."""
        return None if self._state is None else self._state.value

    def on(self, name: str, handler: Handler) -> None:
        """Call `handler` at each `change` with the value, or at each `error`; it is a plain function."""
        self._handlers.on(name, handler)

    def off(self, name: str, handler: Handler) -> None:
        """Call `handler` no more; one that was never added is no error."""
        self._handlers.off(name, handler)

    async def loaded(self) -> T:
        """Return the value as soon as there is one; raise `StateLoadError` where the snapshot fails.

        One that failed in passing is being asked for again: waiting anew is enough.
        """
        while self._state is None:
            await self._loaded.wait()
        return self._state.value

    async def reload(self) -> T:
        """Make the snapshot anew, and return the value; raise `StateLoadError`."""
        self.begin_loading()
        await self._loaded.wait()
        return await self.loaded()

    async def update(self, optimistic: Apply[T], send: Callable[[], Awaitable[T | None]]) -> T:
        """Show `optimistic(value)` at once, let `send()` tell the server, and return the value that comes of it.

        What `send` returns replaces the value, None keeps the update. What it raises takes the update back and is
        raised here; where the server may have done it all the same (after a time-out, a lost connection, `UNAVAILABLE`
        or `INTERNAL_ERROR`), the snapshot is made anew besides. Cancelling it counts as that. Raise
        `StateNotLoadedError` before the first snapshot.
        """
        state = self._state
        if state is None:
            raise StateNotLoadedError(self.name)
        update = state.update(optimistic)
        self._changed()
        try:
            answer = await send()
        except BaseException as error:
            state.refused(update)
            self._changed()
            if _is_uncertain(error):
                self._must_be_loaded()
            raise
        state.confirmed(update, answer)
        self._changed()
        if self._loading is not None:
            self.begin_loading()  # the snapshot under way may be of the time before
        return state.value

    def connected(self) -> None:
        """Go on where a new connection tells all that was missed; else make the snapshot anew, once that is known.

        Until then events change the value as ever: those that were missed are in a snapshot of afterwards already.
        """
        if self._is_in_step:
            self._leave_resuming()
            self._resuming = asyncio.create_task(self._resume(), name=f"resuming of {self.name}")
        else:
            self.begin_loading()

    def begin_loading(self) -> None:
        """Make the snapshot anew, and what comes meanwhile wait for it. Safe to call while it is being made."""
        self.stop_loading()
        self._is_in_step = False
        self._events_while_loading.clear()
        self._loading = asyncio.create_task(self._make_snapshot(), name=f"snapshot of {self.name}")

    def stop_loading(self) -> None:
        """Leave the snapshot that is being made, or waited for."""
        self._leave_resuming()
        if self._again is not None:
            self._again.cancel()
            self._again = None
        if self._loading is not None:
            self._loading.cancel()
            self._loading = None

    def disconnected(self) -> None:
        """Leave the snapshot that is being made, and let nobody wait for it: there will be no connection."""
        self.stop_loading()
        self._loaded.fail(StateLoadError(self.name, ConnectionClosedError(1000, "Client disconnect")))

    def take(self, event: Event) -> None:
        """Fold an event in, or keep it for the end of the snapshot; where events are missing, make that anew soon."""
        if isinstance(event, Resync):
            if not event.complete:
                self._is_in_step = False
                self._load_soon()
        elif self._loading is not None:
            if len(self._events_while_loading) == self._events_while_loading.maxlen:
                self.begin_loading()  # the snapshot is older than what can be kept
            self._events_while_loading.append(event)
        else:
            self._fold(event)

    async def _resume(self) -> None:
        try:
            async with asyncio.timeout(_LONGEST_RESUMING):
                is_whole = await self._resumed()
        except TimeoutError:
            is_whole = False
        self._resuming = None
        if not is_whole:
            self.begin_loading()

    def _leave_resuming(self) -> None:
        if self._resuming is not None:
            self._resuming.cancel()
            self._resuming = None

    def _must_be_loaded(self) -> None:
        """Make the snapshot anew now, or on the next connection."""
        self._is_in_step = False
        if self._is_connected():
            self.begin_loading()

    async def _make_snapshot(self) -> None:
        try:
            snapshot = await self._load()
        except (Exception, asyncio.CancelledError) as cause:  # `load` is the program's, and may raise anything
            if ends_task(cause):
                raise
            self._failed(StateLoadError(self.name, cause))
            return
        self._loading = None
        self._is_in_step = True
        self._failures = 0
        if self._state is None:
            self._state = Optimistic(snapshot, self._resolve, self._raised)
        else:
            self._state.server_says(snapshot)
        self._changed()
        self._catch_up()
        self._loaded.release(None)

    def _catch_up(self) -> None:
        """Fold in what came while the snapshot was made; in its order."""
        while self._events_while_loading and self._loading is None:
            self._fold(self._events_while_loading.popleft())

    def _fold(self, event: Event) -> None:
        """Let an event change the value; what `apply` raises surfaces, and changes nothing."""
        if self._state is None or self._apply is None:
            return
        try:
            self._state.server_says(self._apply(self._state.base, event))
        except Exception as error:  # noqa: BLE001 - the program's function may raise anything; it surfaces
            report_unhandled(f"apply of {self.name} raised", error)
            return
        self._changed()

    def _raised(self, error: Exception) -> None:
        report_unhandled(f"an update or resolve of {self.name} raised", error)

    def _failed(self, error: StateLoadError) -> None:
        self._loading = None
        is_passing = isinstance(error.cause, TimeoutError) or getattr(error.cause, "code", None) in _PASSING
        if is_passing and self._is_connected():
            self._load_after(self._delay(self._failures))
            self._failures += 1
        self._catch_up()
        self._loaded.fail(error)
        self._handlers.tell("error", error)
        self._tell(error)

    def _load_soon(self) -> None:
        """Load at a random moment, once for all gaps until then."""
        if self._again is None:
            self._load_after(self._uniform() * _GAP_SPREAD)

    def _load_after(self, seconds: float) -> None:
        if self._again is not None:
            self._again.cancel()
        self._again = asyncio.get_running_loop().call_later(seconds, self._load_again)

    def _load_again(self) -> None:
        self._again = None
        if self._loading is not None:
            self._load_soon()  # were it begun anew, gaps in close succession would let none be finished
        elif self._is_connected():  # else the next connection loads it
            self.begin_loading()

    def _changed(self) -> None:
        self._handlers.tell("change", self.value)


def _is_uncertain(error: BaseException) -> bool:
    if isinstance(error, CommandRefusedError):
        return error.code in _MAY_BE_DONE
    return isinstance(error, _UNCERTAIN)
