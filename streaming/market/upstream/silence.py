"""What the silence of a connection means, and of its streams. Pure: told of frames, asked what to do.

Without any frame, pings and pongs too, for 75 s a connection is dead; so it is without data for 15 s while a stream is
subscribed that says something every second. A stream of a liquid symbol that alone is silent is subscribed again, once;
then the connection is ended. Quiet symbols may be silent, but for heartbeats of their own. How often a stream speaks is
the exchange's to say, and whether it says something as soon as it is subscribed: then it is asked for again where it
doesn't.
Which streams are believed is for `StreamHistory` to say. That no ping came is never a reason.
"""

from collections.abc import Callable, Iterable

import msgspec

from streaming.clock import Clock
from streaming.configuration.setting_fields import setting
from streaming.market.sources.source import StreamUpdateFrequency
from streaming.market.upstream.stream_history import StreamHistory


class SilenceLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds; `liquid` are symbols that trade every few seconds, `canary` a stream of such a one, or empty.

    `patience` is how many connections in a row are ended for the same silent stream.
    """

    frames: float = setting("BRIDGE_FRAME_SILENCE_SECONDS")
    data: float = setting("BRIDGE_DATA_SILENCE_SECONDS")
    stream: float = setting("BRIDGE_STREAM_SILENCE_SECONDS")
    first: float = setting("BRIDGE_FIRST_MESSAGE_SECONDS")
    stale: float = setting("BRIDGE_STALE_AFTER_SECONDS")
    liquid: tuple[str, ...] = setting("BRIDGE_LIQUID_SYMBOLS", tuple)
    canary: str = setting("BRIDGE_CANARY_STREAM")
    patience: int = setting("BRIDGE_SILENT_STREAM_RECONNECTS")


class SilenceVerdict(msgspec.Struct, frozen=True):
    """What to do: end the connection, for a reason, or subscribe some streams again; mostly nothing.

    `unbegun` are streams that were to say something as soon as they were subscribed, and didn't.
    """

    dead: str = ""
    resubscribe: frozenset[str] = frozenset()
    unbegun: tuple[str, ...] = ()


class Silence:
    """Listens to one connection; `doubtful` where the one before was ended for its silence.

    `event_at` is when the last event came (monotonic seconds), None before the first.
    """

    def __init__(
        self,
        limits: SilenceLimits,
        history: StreamHistory,
        clock: Clock,
        *,
        update_frequency_of: Callable[[str], StreamUpdateFrequency],
        doubtful: bool = False,
    ) -> None:
        self._limits = limits
        self._history = history
        self._clock = clock
        self._update_frequency_of = update_frequency_of
        self._liquid = frozenset(limits.liquid) | {update_frequency_of(limits.canary).symbol} - {""}
        self._frame_at = clock.monotonic()
        self.event_at: float | None = None
        self._since: dict[str, float] = {}
        self._heard: dict[str, float] = {}
        self._judged: dict[str, None] = {}
        """`_since` are the streams that tell of every second, `_judged` those whose own silence counts."""
        self._asked_again: set[str] = set()
        self._awaited: dict[str, float] = {}
        """Those that are to begin at once, from their acknowledgement until they do."""
        self._doubtful = doubtful

    def frame(self) -> None:
        """Note a frame of any kind."""
        self._frame_at = self._clock.monotonic()

    def event(self, stream: str) -> None:
        """Note an event of a stream."""
        now = self.event_at = self._clock.monotonic()
        if self._awaited:
            self._awaited.pop(stream, None)
        if stream in self._heard:
            self._heard[stream] = now
            if self._asked_again:
                self._asked_again.discard(stream)

    def acknowledged(self, streams: Iterable[str]) -> None:
        """Note that streams were subscribed: their silence counts from now on."""
        heard = dict.fromkeys(streams, self._clock.monotonic())
        frequencies = [(name, self._update_frequency_of(name)) for name in heard]
        self._awaited.update((name, heard[name]) for name, frequency in frequencies if frequency.begins_at_once)
        liquid = [
            (name, frequency)
            for name, frequency in frequencies
            if frequency.symbol in self._liquid or frequency.is_heartbeat
        ]
        self._since.update((name, heard[name]) for name, frequency in liquid if frequency.is_every_second)
        self._judged.update(dict.fromkeys(name for name, frequency in liquid if frequency.is_judged))
        self._heard.update(heard)

    def ended(self, streams: Iterable[str]) -> None:
        """Note that streams are subscribed no more, for good or to be subscribed again."""
        for name in streams:
            self._since.pop(name, None)
            self._heard.pop(name, None)
            self._judged.pop(name, None)
            self._awaited.pop(name, None)

    def forget(self, streams: Iterable[str]) -> None:
        """Note that streams won't be subscribed again."""
        self._asked_again.difference_update(streams)

    def is_silent(self, stream: str) -> bool:
        """Return whether a subscribed stream has said nothing for longer than one of its kind does."""
        if stream in self._asked_again:
            return True
        heard = self._heard.get(stream)
        if heard is None or self._clock.monotonic() - heard < self._limits.stream:
            return False
        frequency = self._update_frequency_of(stream)
        return frequency.symbol in self._liquid or frequency.is_regular

    @property
    def is_stale(self) -> bool:
        """True where nothing has come for longer than what is subscribed allows, though not for long enough to end."""
        if self._doubtful and self.event_at is None:
            return not self._heard or bool(self._witnesses(0.0))
        return bool(self._witnesses(self._limits.stale)) or self._has_never_spoken

    @property
    def expects_events(self) -> bool:
        """True where a stream is subscribed that says something every second."""
        return bool(self._since)

    def judge(self) -> SilenceVerdict:
        """Return what to do now; what it asks for is taken for done."""
        now = self._clock.monotonic()
        if now - self._frame_at >= self._limits.frames:
            return SilenceVerdict(dead=f"no frame of any kind for {self._limits.frames:g} s")
        if witnesses := self._witnesses(self._limits.data):
            return SilenceVerdict(dead=f"no data for {self._limits.data:g} s, though {witnesses[0]} is subscribed")
        silent = [name for name in self._judged if now - self._heard[name] >= self._limits.stream]
        if again := [name for name in silent if name not in self._asked_again]:
            self._asked_again.update(again)
            self._heard.update(dict.fromkeys(again, now))
            return SilenceVerdict(resubscribe=frozenset(again))
        if believed := [name for name in silent if self._history.is_believed(name)]:
            self._history.blame(believed)
            return SilenceVerdict(dead=f"{believed[0]} is silent, though it was subscribed again")
        late = (name for name, since in self._awaited.items() if now - since >= self._limits.first)
        return SilenceVerdict(unbegun=tuple(late))

    @property
    def wait(self) -> float:
        """The seconds until `judge` or `is_stale` may say something else."""
        now = self._clock.monotonic()
        after = (self._limits.stale, self._limits.data, self._limits.stream)
        known = [*self._since.values(), *(self._heard[name] for name in self._judged)]
        known.append(self._frame_at if self.event_at is None else self.event_at)
        dates = [since + seconds for since in known for seconds in after]
        dates += [since + self._limits.first for since in self._awaited.values()]
        latest = min(self._frame_at + self._limits.frames, now + min(after))  # whatever is told meanwhile counts later
        return max(0.0, min([date for date in dates if date > now] + [latest]) - now)

    def _witnesses(self, seconds: float) -> list[str]:
        """Return the streams that tell of every second and prove that nothing has come for so long."""
        now = self._clock.monotonic()
        if self.event_at is not None and now - self.event_at < seconds:
            return []
        return [
            name for name, since in self._since.items() if now - since >= seconds and self._history.has_spoken(name)
        ]

    @property
    def _has_never_spoken(self) -> bool:
        """True where not even the first event came, though a stream that tells of every second is subscribed.

        No connection is ended for it, for none of its streams has ever proven to speak. The canary doesn't count: the
        exchange may not list its symbol, while others are subscribed only where they are listed.
        """
        long_ago = self._clock.monotonic() - self._limits.stale
        others = (since for name, since in self._since.items() if name != self._limits.canary)
        return self.event_at is None and any(since <= long_ago for since in others)
