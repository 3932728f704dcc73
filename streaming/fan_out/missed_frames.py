"""What was missed on channels, decoded and encoded once for all who come back at about the same time."""

import asyncio
from collections.abc import Sequence

from streaming.event_history.history import Entry, Place
from streaming.fan_out.feed import NumberingEncoder
from streaming.fan_out.frames import Frame
from streaming.topics.registry import TopicRegistry

_FORGOTTEN_AFTER_SECONDS = 2.0


class MissedFrames:
    """The frames that tell entries of histories; they are kept for moments, as a storm of clients needs them."""

    def __init__(self, registry: TopicRegistry) -> None:
        self._registry = registry
        self._frames: dict[tuple[NumberingEncoder, str, str, int], Sequence[Frame]] = {}
        self._forgetting: asyncio.TimerHandle | None = None

    def frames_of(self, encoder: NumberingEncoder, channel: str, epoch: str, entry: Entry) -> Sequence[Frame]:
        """Return what tells an entry to clients that call its topic `channel`; raise `msgspec.DecodeError`."""
        name = (encoder, channel, epoch, entry.seq)
        frames = self._frames.get(name)
        if frames is None:
            event = self._registry.decoder.decode(entry.body).event
            frames = encoder.encode_numbered(event, channel, Place(epoch, entry.seq, entry.count))
            self._frames[name] = frames
            self._forget_soon()
        return frames

    def forget(self) -> None:
        """Keep nothing; calling it twice is harmless."""
        self._frames.clear()
        if self._forgetting is not None:
            self._forgetting.cancel()
            self._forgetting = None

    def _forget_soon(self) -> None:
        if self._forgetting is None:
            self._forgetting = asyncio.get_running_loop().call_later(_FORGOTTEN_AFTER_SECONDS, self.forget)
