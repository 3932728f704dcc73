"""Subscriptions at the pace that a client asked for: at most one frame of state in so many ms, and frames in batches.

An outlet stands between one subscription and the connection's outbox. Only state is held back, of which the newest
counts; what is a sequence passes (in a batch: leaves with the next one). What is held for a subscription is forgotten
when it ends.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from streaming.clock import Clock
from streaming.fan_out.frames import Frame
from streaming.fan_out.topic_feed import IndividualSubscriber, Subscriber
from streaming.gateway.sending.outbox import Outbox, OutboxState

MAXIMUM_BATCH_BYTES = 32_768
"""A batch holds no more text (unless one frame does), so that it passes where a server bounds its frames."""

MakeBatch = Callable[[Sequence[Frame], int], Frame]


class Outlet(Subscriber, Protocol):
    """Where a subscription's frames go."""

    def push(self, frames: Sequence[Frame]) -> None:
        """Take frames that are to be sent in this order; neither waits nor raises."""
        ...

    def forget(self, key: str | None) -> None:
        """Hold back nothing of a conflation key: what is newer has gone another way."""
        ...

    def end(self) -> None:
        """Forget what is held back; nothing is pushed any more. Calling it twice is harmless."""
        ...


class DirectOutlet:
    """Everything as it comes: the outbox itself, with nothing to end."""

    push_to_all = staticmethod(Outbox.push_to_all)

    def __init__(self, outbox: Outbox) -> None:
        self.target = outbox
        self.push = outbox.push

    def forget(self, key: str | None) -> None:
        """Do nothing: nothing is held back."""

    def end(self) -> None:
        """Do nothing: nothing is held back."""


class Pace:
    """How one message wants what it subscribes; makes an outlet for each of its channels.

    `throttle` and `gather` are in seconds: how rarely state is sent, and how long frames wait to leave together.
    """

    def __init__(
        self, outbox: Outbox, make_batch: MakeBatch, *, throttle: float, batch: bool, gather: float, clock: Clock
    ) -> None:
        self._outbox = outbox
        self._throttle = throttle
        self._clock = clock
        self._window = BatchWindow(outbox, make_batch, interval=throttle, gather=gather, clock=clock) if batch else None

    def outlet(self, *, by_key: bool) -> Outlet:
        """Return the outlet of one subscription; `by_key` where it may bring several channels' state."""
        if self._window is not None:
            return self._window.outlet(by_key=by_key)
        if self._throttle:
            return ThrottledOutlet(self._outbox, interval=self._throttle, by_key=by_key, clock=self._clock)
        return DirectOutlet(self._outbox)


class StateSlots:
    """The newest state that is held back: of a topic one frame, of a dotted pattern one for each channel."""

    def __init__(self, *, by_key: bool) -> None:
        self._by_key = by_key
        self._held: dict[str | None, Frame] = {}

    def __len__(self) -> int:
        """Return how many frames are held."""
        return len(self._held)

    def hold(self, frame: Frame) -> None:
        """Keep a frame in place of the one that it makes worthless, at the place of the newest."""
        slot = frame.conflation_key if self._by_key else None
        self._held.pop(slot, None)
        self._held[slot] = frame

    def forget(self, key: str | None) -> None:
        """Forget what is held under a conflation key; None is no key."""
        if key is not None:
            self._held = {slot: frame for slot, frame in self._held.items() if frame.conflation_key != key}

    def take(self) -> list[Frame]:
        """Return what is held, and hold it no more."""
        taken = list(self._held.values())
        self._held.clear()
        return taken

    def clear(self) -> None:
        """Hold nothing."""
        self._held.clear()


class ThrottledOutlet(IndividualSubscriber):
    """One subscription's frames: state at most once in `interval` seconds, everything else as it comes."""

    def __init__(self, outbox: Outbox, *, interval: float, by_key: bool, clock: Clock) -> None:
        self._outbox = outbox
        self._interval = interval
        self._clock = clock
        self._slots = StateSlots(by_key=by_key)
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def push(self, frames: Sequence[Frame]) -> None:
        """Take frames; the newest state is sent now, or when its time has come."""
        for frame in frames:
            if frame.is_sequence:
                self._slots.forget(frame.ends)
                self._outbox.push([frame])
            else:
                self._slots.hold(frame)
        if len(self._slots) and self._timer is None:
            self._send_or_wait()

    def forget(self, key: str | None) -> None:
        """Hold back nothing of a conflation key."""
        self._slots.forget(key)

    def end(self) -> None:
        """Send nothing more."""
        self._slots.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _send_or_wait(self) -> None:
        wait = self._due - self._clock.monotonic()
        if wait > 0:
            self._timer = asyncio.get_running_loop().call_later(wait, self._time_has_come)
            return
        self._due = self._clock.monotonic() + self._interval
        self._outbox.push(self._slots.take())

    def _time_has_come(self) -> None:
        self._timer = None
        if len(self._slots):
            self._send_or_wait()


class BatchWindow:
    """The batches of all channels that one message subscribed: state at most once in `interval` seconds, together.

    What comes within `gather` seconds leaves together. A single frame, and whatever a slow reader has still to be sent,
    goes out as it is, so that state is conflated for the slow.
    """

    def __init__(self, outbox: Outbox, make_batch: MakeBatch, *, interval: float, gather: float, clock: Clock) -> None:
        self._outbox = outbox
        self._make_batch = make_batch
        self._interval = interval
        self._gather = gather
        self._clock = clock
        self._outlets: dict[BatchOutlet, None] = {}
        self._state_due = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._timer_due = 0.0

    def outlet(self, *, by_key: bool) -> "BatchOutlet":
        """Return the outlet of one of the channels."""
        outlet = BatchOutlet(self, by_key=by_key)
        self._outlets[outlet] = None
        return outlet

    def remove(self, outlet: "BatchOutlet") -> None:
        """Send nothing more of an outlet."""
        self._outlets.pop(outlet, None)
        if not self._outlets and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def has_more(self, *, sequence: bool) -> None:
        """Take note that an outlet holds something to send."""
        soon = self._clock.monotonic() + self._gather
        self._send_at(soon if sequence else max(soon, self._state_due))

    def _send_at(self, due: float) -> None:
        if self._timer is not None:
            if self._timer_due <= due:
                return
            self._timer.cancel()
        self._timer_due = due
        self._timer = asyncio.get_running_loop().call_later(max(0.0, due - self._clock.monotonic()), self._send)

    def _send(self) -> None:
        self._timer = None
        now = self._clock.monotonic()
        is_states_turn = now >= self._state_due
        frames = [frame for outlet in self._outlets for frame in outlet.take(state=is_states_turn)]
        if any(not frame.is_sequence for frame in frames):
            self._state_due = now + self._interval
        self._push(frames)
        if any(outlet.holds_state for outlet in self._outlets):
            self._send_at(max(self._state_due, now + self._gather))

    def _push(self, frames: list[Frame]) -> None:
        if self._outbox.state is OutboxState.BLOCKED:
            self._outbox.push(frames)
            return
        for part in parts_of(frames, MAXIMUM_BATCH_BYTES):
            self._outbox.push(part if len(part) == 1 else [self._make_batch(part, self._clock.now_ms())])


class BatchOutlet(IndividualSubscriber):
    """One channel of a batch window."""

    def __init__(self, window: BatchWindow, *, by_key: bool) -> None:
        self._window = window
        self._slots = StateSlots(by_key=by_key)
        self._sequence: list[Frame] = []

    @property
    def holds_state(self) -> bool:
        """True where state waits for its turn."""
        return len(self._slots) > 0

    def push(self, frames: Sequence[Frame]) -> None:
        """Take frames that are to be sent with the next batch."""
        for frame in frames:
            if frame.is_sequence:
                self._slots.forget(frame.ends)
                self._sequence.append(frame)
            else:
                self._slots.hold(frame)
            self._window.has_more(sequence=frame.is_sequence)

    def take(self, *, state: bool) -> list[Frame]:
        """Return the sequence frames that wait, and the state where it is its turn."""
        taken, self._sequence = self._sequence, []
        return taken + self._slots.take() if state else taken

    def forget(self, key: str | None) -> None:
        """Hold back nothing of a conflation key."""
        self._slots.forget(key)

    def end(self) -> None:
        """Send nothing more."""
        self._slots.clear()
        self._sequence.clear()
        self._window.remove(self)


def parts_of(frames: Sequence[Frame], maximum_bytes: int) -> list[list[Frame]]:
    """Return `frames`, in order, in parts of at most `maximum_bytes` of text, or of one frame."""
    parts: list[list[Frame]] = []
    size = 0
    for frame in frames:
        size += frame.payload_bytes + 1
        if not parts or size > maximum_bytes:
            parts.append([])
            size = frame.payload_bytes + 1
        parts[-1].append(frame)
    return parts
