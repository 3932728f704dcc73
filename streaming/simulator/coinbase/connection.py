"""One client's connection to Coinbase's feed: what it has, and how soon it has to ask."""

from random import Random
from typing import Any

from streaming.simulator.coinbase import frames, requests
from streaming.simulator.coinbase.settings import CoinbaseSettings
from streaming.simulator.following.connection import FollowingConnection
from streaming.simulator.following.fan_out import FeedKey

_POLICY_VIOLATION = 1008


class CoinbaseConnection(FollowingConnection):
    """A connection of the exchange. Until `begin` it is only a request that may become one."""

    def begin(self, venue: Any) -> None:
        """Take it into service on `venue`, the exchange."""
        super().begin(venue)
        self._venue = venue
        self._chance: Random = venue.chance
        self._own_settings: CoinbaseSettings = venue.settings
        self._has_asked = False

    def take_message(self, message: str | bytes, *, is_admitted: bool) -> None:
        """Carry out a message, answer it by all that there is now, and tell what comes first of what is new."""
        if not is_admitted:
            self.end(_POLICY_VIOLATION, "Rate limit exceeded")
            return
        try:
            request = requests.read(message, self._venue.market.pairs, self._keys)
        except requests.RefusedError as error:
            self._refuse(str(error), error.method)
            return
        for reason in request.refused:
            self._refuse(reason, request.method)
        if request.refused and (self._own_settings.refuses_whole or not request.keys):
            return
        if request.method == "subscribe":
            self._subscribe(request.keys)
        else:
            for key in request.keys:
                self.unsubscribe(key)
            self._tell_subscriptions()

    def send_due(self, time: int) -> None:
        """Deliver nothing: all comes by the feeds."""

    def is_idle(self, now: float) -> bool:
        """Return whether it is closed for having said too little."""
        if not self._has_asked:
            return now - self._begun_at >= self._own_settings.first_message_seconds
        return super().is_idle(now)

    def _subscribe(self, keys: list[FeedKey]) -> None:
        new = [key for key in keys if key not in self._keys]
        self._has_asked = True
        self._keys.update(dict.fromkeys(keys))
        self._tell_subscriptions()
        for key in sorted(new, key=lambda key: key.symbol):
            feed = self._fan_out.join(key, self)
            if not self._fan_out.is_silent(key):
                for frame in feed.snapshot():
                    self.deliver(frame)

    def _tell_subscriptions(self) -> None:
        self.answer(frames.encode(requests.subscriptions(self._keys, self._chance)))

    def _refuse(self, reason: str, method: str) -> None:
        self.answer(frames.encode(requests.refusal(reason, method, self._chance)))
