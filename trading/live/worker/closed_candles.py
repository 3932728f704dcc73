"""Candles that have closed, told now or fetched of the past: applied to strategies in their order."""

from collections import defaultdict, deque
from collections.abc import Generator, Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from streaming.clock import Clock
from streaming.events import Candle, Interval, Source
from streaming.indicators.bar import PricesAndVolume
from streaming.topics.topic import MarketKind, Topic
from trading.live.rows.loaded import LoadedSubAccount
from trading.live.worker.driving import see_candles, warming_up
from trading.live.worker.driving_faults import DrivingFaults
from trading.live.worker.followed_symbol import FollowedSymbol
from trading.live.worker.held_sub_accounts import HeldSubAccounts
from trading.live.worker.strategy_candles import FetchedCandles, series_of, waits_from

_KEPT = 16
"""So many candles of a series: more than close while a fetch is under way."""

_STEPS = 100
"""So many candles of its past a strategy, or its model, is told before others have their turn."""
_MOST_SECONDS = 0.05
"""Then the market has its turn."""
_LONG_CALLS_SECONDS = 0.5
"""Where strategies have taken so long for one candle, those behind them take it with the turns after this one."""


class _Waiting(NamedTuple):
    """A sub-account whose strategy waits for candles that were fetched, and the steps in which it is told them."""

    loaded: LoadedSubAccount
    steps: Generator[None, None, None]


class ClosedCandles:
    """Lets the strategies that are `held` take candles; what they order by these is due then.

    The last candles that were told of each series are kept: those that close while others are fetched, or that the
    exchange's history doesn't have yet, come behind them.
    """

    def __init__(self, held: HeldSubAccounts, faults: DrivingFaults, clock: Clock) -> None:
        self._held = held
        self._faults = faults
        self._clock = clock
        self._waiting: deque[_Waiting] = deque()
        self._is_late = False
        self._last: defaultdict[tuple[str, Interval], deque[Candle]] = defaultdict(lambda: deque(maxlen=_KEPT))

    @property
    def topics(self) -> frozenset[Topic]:
        """What is to be read of the market."""
        series = {one for loaded in self._held.by_id.values() if (one := series_of(loaded)) is not None}
        return frozenset(Topic(MarketKind.CANDLE, one.symbol, one.interval) for one in series)

    def take(self, followed: FollowedSymbol, candle: Candle) -> set[int]:
        """Apply a candle that was told; return the sub-accounts in which something may have changed."""
        if not candle.is_final:
            return set()
        self._last[candle.symbol, candle.interval].append(candle)
        touched, waiting, until = set[int](), self.waiting, self._clock.monotonic() + _LONG_CALLS_SECONDS
        for loaded in self._members(followed, candle.interval):
            if loaded.row.pk in waiting:
                continue  # it takes this one behind those
            if touched and self._clock.monotonic() > until:
                self._put_off(loaded, followed, candle)
            else:
                self._see(loaded, followed, (candle,))
                touched.add(loaded.row.pk)
        return touched

    @property
    def are_waiting(self) -> bool:
        """Whether candles that were fetched are still to be applied."""
        return bool(self._waiting)

    @property
    def waiting(self) -> frozenset[int]:
        """The sub-accounts to whose strategies they are still to be applied."""
        return frozenset(one.loaded.row.pk for one in self._waiting)

    def add(self, fetched: FetchedCandles) -> None:
        """Take candles that were fetched, for those that wait for them; `go_on` applies them.

        Who is being told of its past, while another of the series has waited for its own, is told it once.
        """
        followed = self._held.symbols.get(fetched.series.symbol)
        if followed is None:
            return
        told = {id(one.loaded) for one in self._waiting}
        for loaded in self._members(followed, fetched.series.interval):
            if id(loaded) not in told and self._waits_for(loaded, fetched):
                self._waiting.append(_Waiting(loaded, self._catching_up(loaded, followed, fetched)))

    def go_on(self) -> set[int]:
        """Apply candles that were fetched, for a while: one strategy after the other goes on by some; return as `take`.

        A strategy with a long history doesn't hold up others, nor who trades meanwhile.
        """
        if self._is_late:
            self._is_late = False
            return set()  # this turn has taken long already
        touched, until = set[int](), self._clock.monotonic() + _MOST_SECONDS
        while self._waiting:
            one = self._waiting.popleft()
            if self._held.by_id.get(one.loaded.row.pk) is not one.loaded:
                one.steps.close()  # it was loaded anew, and waits anew
            elif self._has_more(one):
                self._waiting.append(one)
            else:
                touched.add(one.loaded.row.pk)
            if self._clock.monotonic() > until:
                break
        return touched

    def _has_more(self, one: "_Waiting") -> bool:
        """Do some steps; return whether there are more."""
        done: list[None] = []
        with self._faults.felt_by(one.loaded):
            done.extend(islice(one.steps, _STEPS))
        return len(done) == _STEPS

    def _put_off(self, loaded: LoadedSubAccount, followed: FollowedSymbol, candle: Candle) -> None:
        """Let a strategy take a candle with a later turn."""
        self._waiting.append(_Waiting(loaded, self._seeing_last(loaded, followed, candle)))
        self._is_late = True

    def _seeing_last(
        self, loaded: LoadedSubAccount, followed: FollowedSymbol, candle: Candle
    ) -> Generator[None, None, None]:
        self._see(loaded, followed, tuple(self._last[candle.symbol, candle.interval]))
        yield from ()

    def _catching_up(
        self, loaded: LoadedSubAccount, followed: FollowedSymbol, fetched: FetchedCandles
    ) -> Generator[None, None, None]:
        if loaded.model is not None:
            yield from loaded.model.warming_up(fetched.candles, self._last[fetched.series])
        yield from warming_up(loaded, fetched.candles, time=self._clock.now_ms())
        self._see(loaded, followed, fetched.candles, are_all=True)
        self._see(loaded, followed, tuple(self._last[fetched.series]))

    def _members(self, followed: FollowedSymbol, interval: Interval) -> Sequence[LoadedSubAccount]:
        """Return the sub-accounts of strategies on an interval of a symbol, whose data counts for them."""
        held = [self._held.by_id[pk] for pk in followed.members]
        return [
            one
            for one in held
            if (series := series_of(one)) is not None
            and series.interval is interval
            and (followed.source is not Source.SIMULATOR or one.account.is_demo)
        ]

    def _waits_for(self, loaded: LoadedSubAccount, fetched: FetchedCandles) -> bool:
        first = waits_from(loaded, now_ms=self._clock.now_ms())
        return first is not None and first >= fetched.first

    def _see(
        self,
        loaded: LoadedSubAccount,
        followed: FollowedSymbol,
        candles: Iterable[PricesAndVolume],
        *,
        are_all: bool = False,
    ) -> None:
        if loaded.row.pk not in self._held.by_id:
            return  # it could not be driven
        with self._faults.felt_by(loaded):
            see_candles(loaded, candles, market=followed.market, time=self._clock.now_ms(), are_all=are_all)
        self._held.due.update({loaded.row.pk} & self._held.by_id.keys())
