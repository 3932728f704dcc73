"""Coming back to a combined symbol's candles: those that have closed are numbered, and each is told once, in order."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
from pytest_django import Settings

from streaming.clock import SystemClock
from streaming.event_history.history import EventHistory, HistoryLimits, Position
from streaming.event_history.memory_history import MemoryEventHistory
from streaming.events import Candle, Event, Interval, Source
from streaming.market.combined.worker import CombiningWorker
from streaming.market.declared_workers import COMBINED_WORKER
from streaming.models import Lease
from streaming.topics.topic import MarketKind, Topic
from streaming.workers.worker import WorkerContext
from tests.gateway.subscribing import Site, Subscriber, site
from tests.market.combined.sources import KRAKEN, QUICK, its_sources_are_read, tell
from tests.market.topic_reading import reading
from tests.waiting import until, until_answer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]

CHANNEL = "klines:BTC-USD:1m"
CANDLES = Topic(MarketKind.CANDLE, "BTC-USD", Interval.MINUTE_1, source=Source.COMBINED)
MINUTE_SECONDS = 60
UNTIL_A_MINUTE_SECONDS = 39.999
"""From the time that a test's clock begins at to a millisecond before a whole minute."""
LEASE_SECONDS = 200.0
"""Longer than two minutes, by which a test moves the clock at once."""


class Minutes:
    """Lets whole minutes pass, each of which has a price, and waits until its candle is told as closed."""

    def __init__(self, here: Site, told: list[Event]) -> None:
        self._here = here
        self._told = told
        self._count = 0

    async def go_by(self, count: int) -> None:
        """Let so many minutes pass."""
        for _ in range(count):
            self._count += 1
            price = str(100_000 + self._count)
            await tell(self._here.hub, KRAKEN, price, sequence=self._count)
            await until(lambda price=price: self._has_told(price, is_final=False))  # type: ignore[misc]
            self._here.clock.advance(MINUTE_SECONDS)
            await until(lambda price=price: self._has_told(price, is_final=True))  # type: ignore[misc]

    def _has_told(self, price: str, *, is_final: bool) -> bool:
        candles = [one for one in self._told if isinstance(one, Candle)]
        return any(str(one.close) == price and one.is_final is is_final for one in candles)


class Workers:
    """Workers that combine, on one hub and one history, by name."""

    def __init__(self, here: Site, history: EventHistory) -> None:
        self._here = here
        self._history = history
        self._running: dict[str, asyncio.Task[None]] = {}

    def start(self, holder: str) -> None:
        """Start one of that name."""
        worker = CombiningWorker(
            WorkerContext(hub=self._here.hub, clock=self._here.clock, holder=holder),
            last_values=self._here.cache,
            history=self._history,
            settings=msgspec.structs.replace(QUICK, lease=LEASE_SECONDS, lease_renewal=0.02),
        )
        self._running[holder] = asyncio.create_task(worker.run())

    async def stop(self, *holders: str) -> None:
        """Stop those of these names; all, where none is named."""
        stopping = [self._running.pop(holder) for holder in holders or tuple(self._running)]
        for task in stopping:
            task.cancel()
        await asyncio.gather(*stopping, return_exceptions=True)


@pytest.fixture
def history() -> MemoryEventHistory:
    """Return an empty history of this process."""
    return MemoryEventHistory(HistoryLimits(), SystemClock())


@pytest.fixture
async def here(history: MemoryEventHistory) -> AsyncIterator[Site]:
    """Run a gateway's hub over the history, a moment before a minute begins."""
    async with site(history=history) as running:
        running.clock.advance(UNTIL_A_MINUTE_SECONDS)
        yield running


@pytest.fixture
async def workers(here: Site, history: MemoryEventHistory, settings: Settings) -> AsyncIterator[Workers]:
    """Return what starts workers, and stop them in the end."""
    settings.EXCHANGE_SOURCE, settings.EXCHANGE_FURTHER_SOURCES = "binance", ["kraken"]
    settings.COMBINED_SYMBOLS = ["BTC-USD"]
    workers = Workers(here, history)
    yield workers
    await workers.stop()


@pytest.fixture
async def minutes(here: Site, workers: Workers) -> Minutes:
    """Start a worker, and return what lets the minutes pass that it tells of."""
    told = await reading(here.hub, CANDLES)
    workers.start("one")
    await its_sources_are_read(here.hub)
    await until_answer(holder_of_the_lease, "one")
    here.clock.advance(0.001)
    return Minutes(here, told)


async def holder_of_the_lease() -> str | None:
    return await Lease.objects.values_list("holder", flat=True).filter(name=COMBINED_WORKER.name).afirst()


def closed(client: Subscriber) -> list[tuple[int, str]]:
    """Return the number and the price of each closed candle that a client was told, in order."""
    frames = [one for one in client.sent if one["type"] == "kline" and "seq" in one]
    return [(one["seq"], str(one["data"]["close"])) for one in frames]


def position(client: Subscriber) -> Position:
    """Return where a client stands."""
    last = [one for one in client.sent if "seq" in one][-1]
    return Position(last["epoch"], last["seq"])


def answer(client: Subscriber) -> dict[str, Any]:
    """Return what a client was told of the history."""
    said = next(one for one in client.sent if one["type"] == "subscribed")
    return {name: said[name] for name in ("recovered", "reason", "seq") if name in said}


def numbered(first: int, last: int) -> list[tuple[int, str]]:
    """Return the numbers and prices of these minutes."""
    return [(number, str(100_000 + number)) for number in range(first, last + 1)]


async def test_who_was_away_is_told_every_candle_that_closed_meanwhile(here: Site, minutes: Minutes) -> None:
    before = here.client(None)
    await before.subscribe(CHANNEL, since={})
    await minutes.go_by(2)
    await until(lambda: closed(before) == numbered(1, 2))
    await before.unsubscribe(CHANNEL)
    await minutes.go_by(3)
    after = here.client(None)
    await after.subscribe(CHANNEL, since={CHANNEL: position(before)})
    await minutes.go_by(1)
    await until(lambda: closed(after) == numbered(3, 6))
    assert answer(after) == {"recovered": True, "seq": 5}


@pytest.mark.parametrize(("epoch", "seq", "reason"), [("another", 1, "other_epoch"), (None, 99, "ahead")])
async def test_who_cannot_be_told_all_is_told_why(
    here: Site, minutes: Minutes, epoch: str | None, seq: int, reason: str
) -> None:
    await minutes.go_by(1)
    end = await here.hub.missed_events.end(CANDLES.key)
    assert end is not None
    client = here.client(None)
    await client.subscribe(CHANNEL, since={CHANNEL: Position(epoch or end.epoch, seq)})
    await minutes.go_by(1)
    await until(lambda: closed(client) == numbered(2, 2))
    assert answer(client) == {"recovered": False, "reason": reason, "seq": 1}


async def test_whoever_takes_over_goes_on_with_the_numbers_and_doubles_none(
    here: Site, minutes: Minutes, workers: Workers
) -> None:
    workers.start("two")
    client = here.client(None)
    await client.subscribe(CHANNEL, since={})
    await minutes.go_by(8)  # it knows the prices once it has stood by for as long as two leases
    await workers.stop("one")
    await until_answer(holder_of_the_lease, "two")
    await minutes.go_by(2)
    await until(lambda: len(closed(client)) >= 10)
    assert closed(client) == numbered(1, 10)
