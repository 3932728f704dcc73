"""A witness that resumes: it asks for numbers, stays away for a while now and then, and is owed all of it when back.

Its stay on a channel goes on where the answer says `recovered: true`, and is judged as one: what was made while it was
away has to have come, once and in order. Where the answer is `false`, another stay begins.
"""

import asyncio
from contextlib import suppress
from typing import Any

from websockets.asyncio.client import ClientConnection

from tests.soak.clients.dialects import Frame, News, feed_of, item_of, message, subscription
from tests.soak.clients.notes import now_ms, pause
from tests.soak.clients.witness import RETRY_SECONDS, Witness
from tests.soak.judging.ledger import Ledger
from tests.soak.judging.numbers import Numbers, Return
from tests.soak.judging.types import Feed, Position

_LONG_SHARE, _SHORT_SHARE = 0.12, 0.6
_SHORT_SECONDS = (0.3, 8.0)
_MEDIUM_SHARE, _LONG_FACTORS = 0.7, (1.2, 1.5)
_ALIVE_SECONDS = 20.0


class ResumingWitness(Witness):
    """One that resumes. `bound` is how long (in seconds) the deployment keeps what was told.

    The keeper never leaves, and comes back at once to the same gateway where it is disconnected.
    """

    def __init__(self, *args: Any, numbers: Numbers, bound: float, is_keeper: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._numbers = numbers
        self._bound = bound
        self._is_keeper = is_keeper
        self._away: dict[Feed, tuple[Ledger, int]] = {}
        """The stays that may go on, and since when (ms) it is away from the channel."""
        self._positions: dict[Feed, Position] = {}
        self._new: set[Feed] = set()
        """The channels whose last value may come, without a number: of those that it has just begun anew."""
        self._leaves_of_itself = False
        self._called_back = asyncio.Event()

    @property
    def is_away(self) -> bool:
        """True where it may still go on with a stay on some channel."""
        return bool(self._away)

    def call_back(self) -> None:
        """Have it come back, and leave no more: the run is about to end."""
        self._called_back.set()

    async def run(self) -> None:
        """Witness until cancelled; then every stay is ended."""
        try:
            await super().run()
        finally:
            for feed in list(self._away):
                self._close_away(feed, "the run ended")

    # -- coming and going ---------------------------------------------------------------------------------------

    async def _stay_away(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._away_seconds()):
                await self._called_back.wait()
        await asyncio.sleep(RETRY_SECONDS)

    def _away_seconds(self) -> float:
        """Return how long it stays away: after a loss for a moment, where it left of itself at times for long."""
        if not self._leaves_of_itself:
            return 0.0
        self._leaves_of_itself = False
        chance = self._random.random()
        if chance < _LONG_SHARE:
            return self._bound * self._random.uniform(*_LONG_FACTORS)
        if chance < _SHORT_SHARE:
            return self._random.uniform(*_SHORT_SECONDS)
        return self._random.uniform(_SHORT_SECONDS[1], max(_SHORT_SECONDS[1], _MEDIUM_SHARE * self._bound))

    def _subscription(self, channels: Any) -> str:
        since = {
            channel: {"epoch": position.epoch, "seq": position.seq}
            for channel in channels
            if (position := self._positions.get(self._feeds[channel])) is not None
        }
        options: dict[str, Any] = {"batch": True} if self._batched else {}
        return subscription(channels, since=since, **options)

    async def _talk(self, connection: ClientConnection) -> None:
        loop = asyncio.get_running_loop()
        while True:
            leaves_at = loop.time() + pause(self._random, self._stay)
            while self._stays or loop.time() < leaves_at:
                await asyncio.sleep(_ALIVE_SECONDS if self._stays else min(_ALIVE_SECONDS, leaves_at - loop.time()))
                await connection.send(message("ping"))
                if self._dialect.needs_token:
                    await connection.send(message("auth", token=await self._door.fresh_token()))
            if self._random.random() < 0.7:
                self._leaves_of_itself = True
                await connection.close()
                return
            answered = [channel for channel, feed in self._feeds.items() if feed in self.open]
            if not answered:  # where it stands would be of before the answer that is on its way
                continue
            channel = self._random.choice(answered)
            self._go_away(self._feeds[channel])
            await connection.send(message("unsubscribe", channels=[channel]))
            await asyncio.sleep(pause(self._random, 5.0))
            await connection.send(self._subscription([channel]))

    @property
    def _stays(self) -> bool:
        return self._is_keeper or self._called_back.is_set()

    def _end_all(self, reason: str) -> None:
        self._heard_at = None
        for feed in list(self.open):
            self._go_away(feed)

    def _go_away(self, feed: Feed) -> None:
        ledger = self.open.pop(feed, None)
        if ledger is not None:
            self._away[feed] = (ledger, now_ms())

    def _close_away(self, feed: Feed, reason: str) -> None:
        ledger, left_at = self._away.pop(feed)
        ledger.end(left_at, reason)
        self.closed.append(ledger)

    # -- what it is told ----------------------------------------------------------------------------------------

    def _begin(self, feed: Feed, resumed: Frame, at: int) -> None:
        end = Position(resumed["epoch"], resumed["seq"]) if "seq" in resumed else None
        since = self._positions.get(feed)
        if "recovered" not in resumed or since is None:  # it is new here
            self._start_anew(feed, end, at)
            return
        if feed in self._away:
            self._numbers.take_return(
                Return(
                    witness=self.name,
                    feed=feed,
                    since=since,
                    left_at=self._away[feed][1],
                    back_at=at,
                    recovered=resumed["recovered"],
                    reason=resumed.get("reason", ""),
                    end=end,
                )
            )
        if resumed["recovered"] and feed in self._away:
            self.open[feed], _ = self._away.pop(feed)
        else:
            self._start_anew(feed, end, at)

    def _start_anew(self, feed: Feed, end: Position | None, at: int) -> None:
        if feed in self._away:
            self._close_away(feed, "not recovered")
        self._positions.pop(feed, None)
        if end is not None:
            self._positions[feed] = end
        self._new.add(feed)
        super()._begin(feed, {}, at)

    def _hear(self, news: News, at: int) -> None:
        feed = feed_of(news.channel)
        if feed is not None and feed in self.open and not news.data.get("stale"):
            self._note_number(news, feed, at)
        super()._hear(news, at)

    def _note_number(self, news: News, feed: Feed, at: int) -> None:
        item = item_of(news)
        if news.position is None and item is None:
            return
        if news.position is not None:
            meaning = (news.name, item.key if item else 0)
            before = self._positions.get(feed)
            self._numbers.take(
                self.name, feed, news.position, before, at=at, meaning=meaning, is_keeper=self._is_keeper
            )
            self._positions[feed] = news.position
        elif item is not None and feed not in self._new:
            self._numbers.take_unnumbered(self.name, feed, item.key, at)
        self._new.discard(feed)
