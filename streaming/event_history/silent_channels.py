"""Where channels' histories stand that have just fallen silent: told once more, so that a lost last event is missed.

Of a channel that goes on, the next number shows what was lost before it. Of one that falls silent nothing would: so
what told it says some seconds later, twice, up to which number it told. Pure: times are monotonic seconds.
"""

import msgspec

from streaming.event_history.history import Place

SILENT_SECONDS = 2.0
"""A channel on which nothing was told for so long has fallen silent."""
AGAIN_SECONDS = 3.0
"""After so long that is said once more: what says it may be lost as well."""
_MOST_CHANNELS = 100_000
"""Of so many channels it is known that they have just been told; beyond, the first are forgotten."""
_RUN_SECONDS = 5.0
"""So far back it is said from where on a channel was told."""


class ChannelEnd(msgspec.Struct, frozen=True, array_like=True):
    """Up to where a channel was told: to the feed `feed` of its readers, by the history `key`, up to the number `seq`.

    What stands behind the number `before` was told within the last `age` seconds.
    """

    feed: str
    key: str
    epoch: str
    before: int
    seq: int
    age: float


class _Run(msgspec.Struct):
    """What was told of a channel lately: behind `before` since `first_at`, up to `seq` at `last_at`."""

    epoch: str
    before: int
    seq: int
    first_at: float
    last_at: float
    times_said: int = 0


class SilentChannels:
    """The channels that one process tells, for some seconds after each of their events."""

    def __init__(self) -> None:
        self._runs: dict[tuple[str, str], _Run] = {}
        """By feed and history, the longest silent first."""

    def __len__(self) -> int:
        """Return how many channels are remembered."""
        return len(self._runs)

    def note(self, feed: str, key: str, place: Place, now: float) -> None:
        """Note that an event was told, or is told now."""
        run = self._runs.pop((feed, key), None)
        if run is None or run.epoch != place.epoch or run.first_at < now - _RUN_SECONDS:
            run = _Run(place.epoch, place.first_seq - 1, place.seq, now, now)
        else:
            run.seq, run.last_at, run.times_said = max(run.seq, place.seq), now, 0
        self._runs[feed, key] = run
        if len(self._runs) > _MOST_CHANNELS:
            del self._runs[next(iter(self._runs))]

    def take(self, now: float) -> list[ChannelEnd]:
        """Return what is to be said now, of each channel twice in all; then it is forgotten."""
        due: list[ChannelEnd] = []
        for name, run in list(self._runs.items()):
            if run.last_at > now - SILENT_SECONDS:
                break
            if run.last_at <= now - SILENT_SECONDS - AGAIN_SECONDS * run.times_said:
                due.append(ChannelEnd(*name, run.epoch, run.before, run.seq, now - run.first_at))
                run.times_said += 1
            if run.times_said > 1:
                del self._runs[name]
        return due
