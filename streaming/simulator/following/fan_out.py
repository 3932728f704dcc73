"""Who is sent what on a following exchange: one feed for all who subscribed to the same. Pure."""

from collections.abc import Callable, Iterable
from typing import Protocol

import msgspec

from streaming.simulator.faults.faults import FaultKind, Faults
from streaming.simulator.following.market import FollowedStep, PairStep

_NOTHING = PairStep(trades=[], touched=[])


class FeedKey(msgspec.Struct, frozen=True, kw_only=True):
    """What is subscribed to: a channel, of a pair ("" for all), and what the channel asks beside."""

    channel: str
    symbol: str
    parameter: int | str | None = None

    @property
    def stream(self) -> str:
        """The name by which faults mean it."""
        return f"{self.channel}:{self.symbol}" if self.symbol else self.channel


class Feed(Protocol):
    """What a subscription brings."""

    def snapshot(self) -> Iterable[bytes]:
        """Return the frames that stand for what was before."""
        ...

    def events(self, step: PairStep, time: int) -> list[bytes]:
        """Return the frames of a step that ended at `time`; it is called for each step, in order."""
        ...


class Subscriber(Protocol):
    """Somebody who is sent frames."""

    def deliver(self, frame: bytes, *, binary: bool = False) -> None:
        """Take a frame."""
        ...


class FeedFanOut:
    """Feeds by what is subscribed to; each is open as long as somebody is."""

    def __init__(self, open_feed: Callable[[FeedKey], Feed], faults: Faults) -> None:
        self._open_feed = open_feed
        self._faults = faults
        self._feeds: dict[FeedKey, tuple[Feed, dict[Subscriber, None]]] = {}
        self._to_lose: set[str] = set()

    @property
    def keys(self) -> list[FeedKey]:
        """What somebody is subscribed to."""
        return list(self._feeds)

    def join(self, key: FeedKey, subscriber: Subscriber) -> Feed:
        """Have a subscriber sent what comes from now on; return the feed, for its snapshot."""
        if key not in self._feeds:
            self._feeds[key] = (self._open_feed(key), {})
        feed, subscribers = self._feeds[key]
        subscribers[subscriber] = None
        return feed

    def leave(self, key: FeedKey, subscriber: Subscriber) -> None:
        """Send no more; one who hasn't joined may leave."""
        if key not in self._feeds:
            return
        _, subscribers = self._feeds[key]
        subscribers.pop(subscriber, None)
        if not subscribers:
            del self._feeds[key]

    def lose(self, streams: tuple[str, ...]) -> None:
        """Let the next event of these streams be lost; of all that are subscribed to, where none is named."""
        self._to_lose.update(streams or (key.stream for key in self._feeds))

    def is_silent(self, key: FeedKey) -> bool:
        """Return whether a fault keeps back what is subscribed to."""
        return self._faults.get(FaultKind.STALL) is not None or self._faults.concern(FaultKind.SILENCE, key.stream)

    def publish(self, step: FollowedStep, channel: str | None = None) -> None:
        """Send what a step brought, of one channel or of all, as far as no fault is against it."""
        for key, (feed, subscribers) in self._feeds.items():
            if channel not in (None, key.channel):
                continue
            events = feed.events(step.pairs.get(key.symbol, _NOTHING), step.time)
            if self.is_silent(key):
                continue
            for frame in events:
                if key.stream in self._to_lose:
                    self._to_lose.remove(key.stream)
                    continue
                for subscriber in subscribers:
                    subscriber.deliver(frame)
