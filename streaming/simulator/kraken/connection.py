"""One client's connection to Kraken's feed: its subscriptions, the snapshots to come, and heartbeats."""

from random import Random
from typing import Any

import msgspec

from streaming.simulator.candles.candles import SECOND
from streaming.simulator.following.connection import FollowingConnection
from streaming.simulator.following.fan_out import FeedKey
from streaming.simulator.following.times import time_text
from streaming.simulator.kraken import frames, requests

_LARGEST_CONNECTION_ID = 2**64 - 1
_LEAST_MICROSECONDS, _MOST_MICROSECONDS = 15, 60  # between a request and its answer


class KrakenConnection(FollowingConnection):
    """A connection of the exchange. Until `begin` it is only a request that may become one."""

    def begin(self, venue: Any) -> None:
        """Take it into service on `venue`, the exchange."""
        super().begin(venue)
        self._venue = venue
        self._chance: Random = venue.chance
        self._connection_id = self._chance.randint(2**61, _LARGEST_CONNECTION_ID)
        self._snapshots: list[tuple[int, FeedKey]] = []
        self._next_heartbeat: int | None = None

    def opened(self) -> None:
        """Tell the status, unasked."""
        self.tell_status(self._venue.system)

    def tell_status(self, system: str) -> None:
        """Tell how the exchange is."""
        self.deliver(frames.status(self._connection_id, system))

    def subscribe(self, key: FeedKey, *, has_snapshot: bool) -> None:
        """Begin to send; where there is a snapshot, with it, a moment after the acknowledgement."""
        self._keys[key] = None
        if has_snapshot:
            due = self._venue.time + self._chance.randint(*self._settings.snapshot_delay)
            self._snapshots.append((due, key))
        else:
            self._fan_out.join(key, self)
        if self._next_heartbeat is None:
            self._next_heartbeat = self._venue.time

    def unsubscribe(self, key: FeedKey) -> None:
        """Send no more of it, and no snapshot."""
        super().unsubscribe(key)
        self._snapshots = [one for one in self._snapshots if one[1] != key]

    def take_message(self, message: str | bytes, *, is_admitted: bool) -> None:
        """Carry out a message and answer it, once for each symbol."""
        if is_admitted:
            answers = requests.answers(message, self, self._venue.market.pairs)
        else:
            answers = [requests.refusal(requests.RefusedError("Exceeded msg rate", method="error"))]
        for one in answers:
            self.answer(self._timed(one))
        self.send_due(self._venue.time)

    def send_due(self, time: int) -> None:
        """Deliver snapshots and heartbeats that are due."""
        due = [key for at, key in self._snapshots if at <= time]
        self._snapshots = [one for one in self._snapshots if one[0] > time]
        for key in due:
            feed = self._fan_out.join(key, self)
            if not self._fan_out.is_silent(key):
                for frame in feed.snapshot():
                    self.deliver(frame)
        if self._next_heartbeat is not None and self._next_heartbeat <= time:
            self._next_heartbeat = time + SECOND
            self.deliver(frames.HEARTBEAT)

    def _timed(self, answer: requests.Answer) -> bytes:
        """Return an answer with its times, its keys in one of the two orders that were seen."""
        now = self._venue.now_ms()
        microseconds = self._chance.randint(_LEAST_MICROSECONDS, _MOST_MICROSECONDS)
        told = time_text(now)
        timed = {**answer, "time_in": told, "time_out": f"{told[:-4]}{microseconds:03d}Z"}
        in_order = dict(sorted(timed.items())) if self._chance.random() < 1 / 2 else timed
        return msgspec.json.encode(in_order)
