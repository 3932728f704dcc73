"""Where the program stands on each channel whose events are numbered, and what is missing there. Pure: no clock here.

A frame carries its channel's `epoch` and its number `seq` in it. After a reconnect the client asks from the last that
it handed over; a number that is missing on a live connection is asked for in the same way.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import Enum
from typing import Any

import msgspec

from tidewire_client.channels.loss_recovery import LossRecovery
from tidewire_client.channels.patterns import WILDCARD, is_wildcard, matches
from tidewire_client.channels.subscriptions import Subscriptions
from tidewire_client.dialects.base import is_dotted
from tidewire_client.dialects.channel_kinds import SEQUENCE_CHANNELS
from tidewire_client.reading.frames import Frame

_MOST_BELOW_PATTERNS = 200
"""So many channels below patterns a frame names: it must stay below 64 KiB. The others' loss is told by their next."""

_MOST_PLACES = 10_000
"""So many positions are kept: the events below a pattern may name new channels without end."""

JUMPED = "jumped"
OTHER_EPOCH = "other_epoch"
REFUSED = "refused"


class Position(msgspec.Struct, frozen=True):
    """The number of an event in the history of its channel, which begins anew with another epoch."""

    epoch: str
    seq: int


class FrameStatus(Enum):
    """What a frame is to the program."""

    NEW = "new"
    DOUBLE = "double"
    GAP = "gap"
    """It is new, and something before it is missing."""


class Loss(msgspec.Struct, frozen=True):
    """What was missed on a channel since `since` (ms since the epoch) can't be told any more, for this reason."""

    channel: str
    reason: str
    since: int


class _Place(msgspec.Struct):
    """Where the program stands: the last that it was handed, and when (ms since the epoch)."""

    position: Position
    at: int


class Resuming:
    """The positions of one client, over all of its connections."""

    def __init__(self, wanted: Subscriptions) -> None:
        """All places that are not `wanted` by their own names are of channels below patterns."""
        self._wanted = wanted
        self._places: dict[str, _Place] = {}
        self._awaited: dict[str, int | None] = {}
        """Channels that are being resumed: the number at which they are, None before the answer."""
        self.recovering = LossRecovery()
        """Those of the awaited that are asked for again."""
        self._resumed: set[str] = set()
        """Those of which this connection has told all that was missed."""
        self._untold: dict[str, int] = {}
        """Channels that were acknowledged, at these ms since the epoch, before anything was told in their history."""

    def opened(self) -> None:
        """Note that there is a new connection: nothing was asked on it."""
        self._awaited.clear()
        self.recovering.opened()
        self._resumed.clear()

    def unsubscribed(self, channels: Iterable[str]) -> None:
        """Forget channels that are wanted no more, but for those that something else hears which is wanted."""
        self.forget([channel for channel in channels if not self._wanted.that_hear(channel)])

    def forget(self, channels: Sequence[str]) -> None:
        """Forget channels, and of a wildcard all that it matches and nothing hears any more that is wanted."""
        for channel in [*channels, *self._unheard_below(channels)]:
            self._places.pop(channel, None)
            self.recovering.forget(channel)
            self._untold.pop(channel, None)
            self._answered(channel)
            self._resumed.discard(channel)

    def forget_all(self) -> None:
        """Forget all positions: somebody else reads now."""
        self._places.clear()
        self._untold.clear()
        self.opened()

    def asks(self, channels: Sequence[str]) -> Frame:
        """Return what a `subscribe` frame for `channels` says of the history, and await its answer."""
        since = {channel: self._places[channel].position for channel in self._resumable(channels)}
        self._awaited.update(dict.fromkeys(since))
        return {"since": msgspec.to_builtins(since)} if since or any(map(may_count, channels)) else {}

    def _resumable(self, channels: Sequence[str]) -> list[str]:
        """Return those of which a position is known, and of a pattern those that it matches: the last that told, or are
        recovered now.
        """
        named = [channel for channel in channels if channel in self._places]
        patterns = [channel for channel in channels if _is_pattern(channel)]
        if not patterns:
            return named
        known = set(named)
        newest = (place for place in reversed(self._places) if is_dotted(place) and place not in known)
        below = _matched(patterns, newest)
        return named + below[:_MOST_BELOW_PATTERNS]

    def take(self, frame: Frame, now_ms: int) -> FrameStatus:
        """Return what a frame is, and where it is new note that the program is handed it.

        One behind a gap is not noted: it comes again with what is missing, or is `accept`ed.
        """
        match frame:
            case {"type": "subscribed"}:  # it says where the channel stands
                return FrameStatus.NEW
            case {"channel": str(channel), "epoch": str(epoch), "seq": int(seq)}:
                given = Position(epoch, seq)
            case _:
                return FrameStatus.NEW
        status = self._status(channel, given)
        if status is FrameStatus.NEW:
            self.accept(channel, given, now_ms)
        return status

    def accept(self, channel: str, position: Position, now_ms: int) -> None:
        """Note that the program is handed the event at `position`."""
        self._note(channel, _Place(position, now_ms))
        if len(self._places) > _MOST_PLACES:
            self._places.pop(next((place for place in self._places if place not in self._wanted), ""), None)
        reach = self._awaited.get(channel)
        if reach is not None and position.seq >= reach:
            self._caught_up(channel)

    def recover(self, channel: str, epoch: str, now: float) -> bool:
        """Return whether to ask for what is missing before a frame of `epoch`, at `now` (monotonic seconds).

        Then `to_ask` names it, once. False where that was tried too often: then nobody can bring it.
        """
        if not self.recovering.begin(channel, now):
            return False
        self._awaited[channel] = None
        place = self._places[channel]
        if place.position.epoch != epoch:
            place.position = Position(epoch, 0)
        return True

    def to_ask(self) -> list[str]:
        """Return the channels of which is still to be asked for what is missing."""
        channels = [channel for channel in self.recovering.to_ask() if channel in self._places]
        for channel in channels:  # or it might not be named below its pattern, and nothing of it be heard again
            self._note(channel, self._places[channel])
        return channels

    def _note(self, channel: str, place: _Place) -> None:
        """Keep it behind all others: of those below patterns the longest silent is left out first."""
        self._untold.pop(channel, None)
        self._places.pop(channel, None)
        self._places[channel] = place

    def lost(self, channel: str, reason: str, now_ms: int) -> Loss:
        """Return what is to be told of a channel of which events can't be brought."""
        place = self._places.get(channel)
        return Loss(channel, reason, now_ms if place is None else place.at)

    def began(self, channel: str, told: Mapping[str, Any]) -> Position | None:
        """Return where an answer to a `subscribe` says that a channel stands which was silent when it was acknowledged.

        Then all up to there was missed while there was no connection, and is to be asked for by `recover`; else None.
        """
        acknowledged, standing = self._untold.get(channel), _position_in(told)
        if acknowledged is None or standing is None or standing.seq == 0:
            return None
        self._note(channel, _Place(Position(standing.epoch, 0), acknowledged))
        return standing

    def answered(self, channel: str, told: Mapping[str, Any], now_ms: int) -> Loss | None:
        """Take the answer to a `subscribe`; return what is to be told of a channel that was not recovered.

        A server without the feature says nothing of it: then it is as if nobody had asked.
        """
        standing = _position_in(told)
        match told.get("recovered"):
            case True if standing is not None and channel in self._places:
                self._recovered(channel, standing)
                return None
            case False:
                loss = self.lost(channel, str(told.get("reason", "")), now_ms)
                self._stand(channel, standing, now_ms)
                if standing is None and loss.reason == OTHER_EPOCH and channel in self._wanted:
                    self._untold[channel] = now_ms  # its history has ended, and the next begins with its next event
                return loss
        self._answered(channel)
        if standing is not None:
            self._stand(channel, standing, now_ms)
        elif channel not in self._places:
            self._untold.setdefault(channel, now_ms)
        return None

    def left_out(self, named: Collection[str], now_ms: int) -> list[Loss]:
        """Take what an answer doesn't name below its patterns: await it no more; return losses where some is missing.

        The server resumes nothing that it takes the client to hear already.
        """
        unanswered = [channel for channel, reach in self._awaited.items() if reach is None and channel not in named]
        left_out = _matched(named, unanswered)
        losses = [self.lost(channel, JUMPED, now_ms) for channel in left_out if channel in self.recovering]
        for channel in left_out:
            self._answered(channel)
        return losses

    def refused(self, now_ms: int) -> list[Loss]:
        """Return what is to be told where the server takes no position of those that were asked for: forget them."""
        unanswered = [channel for channel, reach in self._awaited.items() if reach is None]
        losses = [self.lost(channel, REFUSED, now_ms) for channel in unanswered]
        self.forget(unanswered)
        return losses

    def outcome(self, channels: Iterable[str]) -> bool | None:
        """Return whether this connection has told all that was missed on `channels`; None while it still may.

        Of a pattern it never has: nobody knows which channels began meanwhile.
        """
        named = list(channels)
        if any(matches(channel, awaited) for channel in named for awaited in self._awaited):
            return None
        return bool(named) and all(channel in self._resumed for channel in named)

    def _unheard_below(self, channels: Sequence[str]) -> list[str]:
        below = _matched([channel for channel in channels if is_wildcard(channel)], self._places)
        return [place for place in below if not self._wanted.that_hear(place)]

    def _status(self, channel: str, given: Position) -> FrameStatus:
        if channel in self.recovering:
            return FrameStatus.DOUBLE
        place = self._places.get(channel)
        if place is None:
            return FrameStatus.NEW
        last = place.position.seq if place.position.epoch == given.epoch else 0
        if given.seq <= last:
            return FrameStatus.DOUBLE
        return FrameStatus.NEW if given.seq == last + 1 else FrameStatus.GAP

    def _recovered(self, channel: str, standing: Position) -> None:
        self.recovering.end(channel)
        self._awaited[channel] = standing.seq
        if self._places[channel].position.seq >= standing.seq:
            self._caught_up(channel)

    def _caught_up(self, channel: str) -> None:
        del self._awaited[channel]
        self._resumed.add(channel)

    def _stand(self, channel: str, standing: Position | None, now_ms: int) -> None:
        self._answered(channel)
        self._resumed.discard(channel)
        if standing is None:
            self._places.pop(channel, None)
        else:
            self._note(channel, _Place(standing, now_ms))

    def _answered(self, channel: str) -> None:
        self._awaited.pop(channel, None)
        self.recovering.end(channel)


def may_count(channel: str) -> bool:
    """Return whether events may be told on a channel of which every one counts."""
    return is_dotted(channel) or channel == WILDCARD or channel.partition(":")[0] in SEQUENCE_CHANNELS


def _is_pattern(channel: str) -> bool:
    """Return whether a channel is a pattern of the server's, which are over dotted names alone."""
    return is_wildcard(channel) and ":" not in channel


def _matched(patterns: Collection[str], channels: Iterable[str]) -> list[str]:
    return [channel for channel in channels if any(matches(pattern, channel) for pattern in patterns)]


def _position_in(told: Mapping[str, Any]) -> Position | None:
    match told:
        case {"epoch": str(epoch), "seq": int(seq)}:
            return Position(epoch, seq)
        case _:
            return None
