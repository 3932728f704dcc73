"""The channels that the program wants, whether or not there is a connection. Pure."""

from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from tidewire_client.channels.patterns import matches
from tidewire_client.dialects.base import is_dotted
from tidewire_client.reading.frames import Frame

_MOST_CHANNELS_IN_A_FRAME = 100
"""So that no frame comes near the 64 KiB that the server takes."""


class SubscriptionOptions(msgspec.Struct, frozen=True):
    """How a channel is served: at most one frame in `throttle_ms` (1 to 60000), and in batches or one by one."""

    throttle_ms: int | None = None
    batch: bool = False

    def fields(self) -> Frame:
        """Return what a `subscribe` frame says of it."""
        throttle = {} if self.throttle_ms is None else {"throttle_ms": self.throttle_ms}
        return {**throttle, **({"batch": True} if self.batch else {})}


class Subscriptions:
    """Channels in the order in which they were wanted, each with its options."""

    def __init__(self) -> None:
        self._wanted: dict[str, SubscriptionOptions] = {}

    @property
    def channels(self) -> tuple[str, ...]:
        """All that are wanted, as they were spelled."""
        return tuple(self._wanted)

    def __contains__(self, channel: object) -> bool:
        """Return whether `channel` is wanted."""
        return channel in self._wanted

    def __len__(self) -> int:
        """Return how many are wanted."""
        return len(self._wanted)

    def add(self, channels: Iterable[str], options: SubscriptionOptions) -> list[str]:
        """Want `channels`, and return those that were not wanted before; the others keep their options.

        Raise `TypeError` for what is no text, `ValueError` for text that can't be sent.
        """
        channels = [_sendable(channel) for channel in channels]
        added = [channel for channel in dict.fromkeys(channels) if channel not in self._wanted]
        self._wanted.update(dict.fromkeys(added, options))
        return added

    def remove(self, channels: Iterable[str]) -> list[str]:
        """Want `channels` no more, and return those that were wanted."""
        removed = [channel for channel in dict.fromkeys(channels) if channel in self._wanted]
        for channel in removed:
            del self._wanted[channel]
        return removed

    def that_hear(self, channel: str) -> list[str]:
        """Return what is wanted by which `channel` is heard: itself, and, of a dotted name, the patterns over it."""
        if not is_dotted(channel):
            return [channel] if channel in self._wanted else []
        return [each for each in self._wanted if matches(each, channel)]

    def frames(self, channels: Sequence[str], resuming: Callable[[Sequence[str]], Frame]) -> Iterator[Frame]:
        """Yield the fewest `subscribe` frames for `channels`: those with the same options go together.

        `resuming` gives what is said of the history of the channels in one frame.
        """
        by_options: dict[SubscriptionOptions, list[str]] = {}
        for channel in channels:
            by_options.setdefault(self._wanted[channel], []).append(channel)
        for options, named in by_options.items():
            for part in _parts(named):
                yield {"type": "subscribe", "channels": part, **options.fields(), **resuming(part)}


def _sendable(channel: str) -> str:
    if not isinstance(channel, str):
        raise TypeError(f"a channel is a text, not a {type(channel).__name__}")
    channel.encode()
    return channel


def unsubscribe_frames(channels: Sequence[str]) -> Iterator[Frame]:
    """Yield the frames that end the subscriptions of `channels`."""
    for part in _parts(channels):
        yield {"type": "unsubscribe", "channels": part}


def _parts(channels: Sequence[str]) -> Iterator[list[str]]:
    for begin in range(0, len(channels), _MOST_CHANNELS_IN_A_FRAME):
        yield list(channels[begin : begin + _MOST_CHANNELS_IN_A_FRAME])
