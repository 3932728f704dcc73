"""The candles of strategies: those of the past that they wait for, fetched beside the worker's turns.

A strategy is warmed up by what is stored, with what the exchange adds to it, and goes on by the candles that close;
where one of these doesn't come, it is fetched, too. All strategies on a symbol and an interval share a fetch.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import structlog

from streaming.clock import Clock
from streaming.events import Interval
from streaming.events.intervals import next_open_time
from streaming.indicators.bar import PricesAndVolume
from streaming.market.candle_history import market_candles
from streaming.market.errors import MarketError
from streaming.market.parameters import MAXIMUM_CANDLES, HistoryQuery
from trading.engine.live.strategies.driver import StrategyDriver
from trading.engine.strategies.candles import MOST_CANDLES
from trading.live.rows.loaded import LoadedSubAccount

_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 15.0
_SETTLED_MS = 2_000
"""So long after its end a candle of the history counts as closed: our clock and the exchange's may differ."""

FetchCandles = Callable[[HistoryQuery], Awaitable[Sequence[PricesAndVolume]]]

logger = structlog.get_logger(__name__)


class FollowedSeries(NamedTuple):
    """Candles of one length of one symbol."""

    symbol: str
    interval: Interval


class FetchedCandles(NamedTuple):
    """The closed candles of a series from `first` on that the exchange has, oldest first, up to the last closed one."""

    series: FollowedSeries
    first: int
    candles: Sequence[PricesAndVolume]


def series_of(loaded: LoadedSubAccount) -> FollowedSeries | None:
    """Return by which candles a sub-account's strategy goes; None where it is no strategy's."""
    row = loaded.strategy_row
    return None if row is None else FollowedSeries(row.symbol, Interval(row.interval))


def waits_from(loaded: LoadedSubAccount, *, now_ms: int) -> int | None:
    """Return from which open time (ms) on a strategy, or its model, waits for candles; None where it waits for none."""
    driver, series = loaded.strategy, series_of(loaded)
    if driver is None or series is None or not driver.takes_candles:
        return None
    model = None if loaded.model is None else loaded.model.needed_from
    own = _driver_waits_from(driver, series.interval, now_ms)
    return min((first for first in (own, model) if first is not None), default=None)


def _driver_waits_from(driver: StrategyDriver, interval: Interval, now_ms: int) -> int | None:
    if driver.is_cold:
        warm_from = driver.memory().warm_from
        return _history_start(interval, now_ms) if warm_from is None else warm_from
    return None if driver.missing is None else driver.missing[0]


class StrategyCandles:
    """One fetch at a time for each series; `wake` is called when one has come."""

    def __init__(self, wake: Callable[[], None], *, clock: Clock, fetch: FetchCandles = market_candles) -> None:
        self._wake = wake
        self._clock = clock
        self._fetch_candles = fetch
        self._fetches: dict[FollowedSeries, asyncio.Task[None]] = {}
        self._not_before: dict[FollowedSeries, float] = {}
        self._fetched: deque[FetchedCandles] = deque()

    def look(self, sub_accounts: Mapping[int, LoadedSubAccount]) -> None:
        """Fetch what strategies wait for now, and no more what none does."""
        wanted = self._wanted(sub_accounts.values())
        for series in self._fetches.keys() - wanted.keys():
            self._fetches.pop(series).cancel()
        now = self._clock.monotonic()
        for series, first in wanted.items():
            if series not in self._fetches and now >= self._not_before.get(series, now):
                name = f"candles of {series.symbol} {series.interval}"
                self._fetches[series] = asyncio.create_task(self._fetch(series, first), name=name)

    def taken(self) -> Iterator[FetchedCandles]:
        """Yield what has come, each once."""
        while self._fetched:
            fetched = self._fetched.popleft()
            self._fetches.pop(fetched.series, None)
            self._not_before[fetched.series] = self._clock.monotonic() + _FIRST_PAUSE_SECONDS
            yield fetched

    async def stop(self) -> None:
        """Fetch no more, and forget what has come; calling it twice is harmless."""
        fetches = list(self._fetches.values())
        self._fetches.clear()
        for task in fetches:
            task.cancel()
        await asyncio.gather(*fetches, return_exceptions=True)
        self._fetched.clear()

    def _wanted(self, held: Iterable[LoadedSubAccount]) -> dict[FollowedSeries, int]:
        """Return from which time on candles of each series are waited for."""
        now, wanted = self._clock.now_ms(), dict[FollowedSeries, int]()
        for loaded in held:
            first, series = waits_from(loaded, now_ms=now), series_of(loaded)
            if first is not None and series is not None:
                wanted[series] = min(first, wanted.get(series, first))
        return wanted

    async def _fetch(self, series: FollowedSeries, first: int) -> None:
        """Fetch until the exchange has answered; what fails for whatever reason is tried again."""
        pause = _FIRST_PAUSE_SECONDS
        while True:
            try:
                candles = await self._pages(series, first)
            except MarketError as error:
                logger.warning("candles of strategies can't be fetched yet", series=series, reason=str(error))
            except Exception:
                logger.exception("candles of strategies can't be fetched by a fault; it is tried again", series=series)
            else:
                self._fetched.append(FetchedCandles(series, first, candles))
                self._wake()
                return
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    async def _pages(self, series: FollowedSeries, first: int) -> list[PricesAndVolume]:
        candles: list[PricesAndVolume] = []
        while True:
            query = HistoryQuery(symbol=series.symbol, interval=series.interval, start=first, limit=MAXIMUM_CANDLES)
            page = await self._fetch_candles(query)
            candles += page
            if len(page) < MAXIMUM_CANDLES:
                break
            first = next_open_time(series.interval, page[-1].open_time)
        settled = self._clock.now_ms() - _SETTLED_MS
        return [candle for candle in candles if candle.close_time < settled]


def _history_start(interval: Interval, now_ms: int) -> int:
    """Return from when on candles warm up a strategy that has never run."""
    length = next_open_time(interval, 0)
    return max(0, now_ms - (MOST_CANDLES + 1) * length)
