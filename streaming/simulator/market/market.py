"""The market: every symbol's book, agents, trades and candles, moved on in steps of 100 ms.

Pure: it has no clock and no socket. The same seed, start and speed give the same trades, whatever the pace at which
one asks for them. What a step brought is a `Step`; the streams are made of steps, REST answers of what stands now.
"""

from collections import deque
from collections.abc import Iterator
from math import sqrt

import msgspec

from streaming.simulator.candles.candle_store import CandleStore
from streaming.simulator.candles.candles import DAY, SECOND, Candle
from streaming.simulator.candles.history import History
from streaming.simulator.market.activity import Activity, restlessness
from streaming.simulator.market.aggregates import Aggregates, AggregateTrade
from streaming.simulator.market.fair_value import Basis, FairValue, Mood
from streaming.simulator.market.instruments import INSTRUMENTS, Instrument
from streaming.simulator.market.maker import Maker
from streaming.simulator.market.matching import MatchingEngine, Trade
from streaming.simulator.market.order_book import OrderBook, Side
from streaming.simulator.market.randomness import generator
from streaming.simulator.market.takers import Takers
from streaming.simulator.market.ticker import RollingWindow, Statistics, trading_day

STEP = 100  # milliseconds
LONGEST_CATCH_UP = 10 * 60 * SECOND
"""A market that was left alone for longer (a suspended machine) resumes now; the time between has no trades."""
_KEPT_TRADES = 10_000
"""Of each symbol; `historicalTrades` pages through them, `trades` shows the newest 1000."""


class SymbolStep(msgspec.Struct, frozen=True, kw_only=True):
    """What one step brought to a symbol: trades in order, closed candles, and the book's levels that changed."""

    trades: list[Trade]
    aggregates: list[AggregateTrade]
    closed: list[tuple[str, Candle]]
    touched: set[tuple[Side, int]]
    first_update_id: int
    """The first of the book's update ids of this step; one more than the last where nothing changed."""
    last_update_id: int


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A step of the whole market, that ends at `time`."""

    time: int
    symbols: dict[str, SymbolStep]


class SymbolMarket:
    """One symbol: its engine, those who trade it, and what is remembered of it."""

    def __init__(self, instrument: Instrument, seed: int, start: int) -> None:
        self.instrument = instrument
        self.candles = CandleStore(History(instrument, seed, start))
        self.engine = MatchingEngine(
            first_trade_id=self.candles.next_trade_id, first_update_id=self.candles.next_trade_id * 4
        )
        self.trades: deque[Trade] = deque(maxlen=_KEPT_TRADES)
        self.aggregates = Aggregates(self.candles.next_trade_id * 4 // 5)
        self._windows: dict[int, RollingWindow] = {}
        chance = generator(seed, "agents", instrument.symbol, start)
        self._maker = Maker(instrument, self.engine, chance)
        self._takers = Takers(instrument, self.engine, chance)
        self._activity = Activity(instrument, self.candles, start)
        self._time = start
        self._maker.open_market(float(self.candles.last_close), start)
        self.book.take_touched()

    @property
    def book(self) -> OrderBook:
        """The order book as it stands."""
        return self.engine.book

    @property
    def last_quantity(self) -> int:
        """The size of the last trade; of one of the usual size before the first."""
        return self.trades[-1].quantity if self.trades else int(self.instrument.typical_quantity)

    def day(self) -> Statistics:
        """Return the 24 hours up to the last step."""
        return self.window(DAY)

    def window(self, length: int) -> Statistics:
        """Return the last `length` ms up to the last step."""
        window = self._windows.get(length)
        if window is None:
            window = self._windows[length] = RollingWindow(self.candles, length)
        return window.statistics(self._time, self.last_quantity)

    def trading_day(self, offset: int) -> Statistics:
        """Return the day that runs in a time zone, `offset` ms east of UTC."""
        return trading_day(self.candles, offset, self.last_quantity)

    def advance(self, fair: float, start: int, pace: float, size: float) -> SymbolStep:
        """Let the agents trade for one step from `start`; candles that end with it are closed.

        `pace` and `size` are factors on the number and on the size of the takers' orders.
        """
        self._time = start + STEP
        first_update_id = self.book.update_id + 1
        self._activity.advance(STEP / SECOND)
        self._takers.trade(fair, start, STEP, pace * self._activity.pace.value, size * self._activity.size.value)
        self._maker.requote(fair, start + STEP - 1)
        trades = self.engine.take_trades()
        for trade in trades:
            self.candles.add(trade)
        self.trades.extend(trades)
        return SymbolStep(
            trades=trades,
            aggregates=self.aggregates.add(trades),
            closed=self.candles.roll(self._time),
            touched=self.book.take_touched(),
            first_update_id=first_update_id,
            last_update_id=self.book.update_id,
        )

    def skip_to(self, time: int) -> list[tuple[str, Candle]]:
        """Let time pass without trades; return the candles that it closed."""
        self._time = time
        return self.candles.roll(time)


class Market:
    """All symbols together, from `start` (a whole second) on. `speed` multiplies movement and trading, not time."""

    def __init__(
        self,
        *,
        seed: int,
        start: int,
        speed: float = 1.0,
        instruments: tuple[Instrument, ...] = INSTRUMENTS,
    ) -> None:
        if start % SECOND:
            raise ValueError(f"the market starts on a whole second, not at {start}")
        if speed <= 0:
            raise ValueError(f"speed must be more than zero: {speed}")
        self._seed = seed
        self._speed = speed
        self._time = start
        self._start = start
        self._shocks = generator(seed, "market", start)
        self._mood = Mood(generator(seed, "mood", start))
        self._fair_values: dict[str, FairValue] = {}
        self._bases: dict[str, Basis] = {}
        self.symbols: dict[str, SymbolMarket] = {}
        self._waiting = deque(instruments)

    @property
    def time(self) -> int:
        """The end of the last step."""
        return self._time

    def open_each(self) -> Iterator[str]:
        """Open the symbols one by one (some 10 ms of work each), yielding their names."""
        while self._waiting:
            instrument = self._waiting.popleft()
            self._open(instrument, self._start)
            yield instrument.symbol

    def open_now(self, instrument: Instrument) -> None:
        """Open a further symbol (some 10 ms of work), whose history ends with the second that runs."""
        self._open(instrument, self._time // SECOND * SECOND)

    def steps_until(self, now: int) -> Iterator[Step]:
        """Yield the steps that end at `now` or before, each done when it is asked for."""
        if now - self._time > LONGEST_CATCH_UP:
            yield self._skip((now - SECOND) // SECOND * SECOND)
        while self._time + STEP <= now:
            yield self._step()

    def _open(self, instrument: Instrument, start: int) -> None:
        symbol = SymbolMarket(instrument, self._seed, start)
        self.symbols[instrument.symbol] = symbol
        close = symbol.candles.last_close
        fair = self._fair_values.get(instrument.base)
        if fair is None:
            chance = generator(self._seed, "fair", instrument.base, start)
            restless = restlessness(instrument, symbol.candles, start)
            fair = self._fair_values[instrument.base] = FairValue(instrument, close, restless, chance)
        chance = generator(self._seed, "basis", instrument.symbol, start)
        self._bases[instrument.symbol] = Basis(chance, close, instrument, fair.distance)

    def _step(self) -> Step:
        start = self._time
        seconds = STEP / SECOND * self._speed
        self._mood.advance(seconds)
        wildness = sqrt(self._mood.factor)  # half of it in how much is traded at once, half in how often
        shock = self._shocks.gauss(0.0, 1.0)
        for fair in self._fair_values.values():
            fair.advance(seconds, shock, wildness)
        self._time = start + STEP
        steps = {}
        for name, symbol in self.symbols.items():
            basis = self._bases[name]
            basis.advance(seconds)
            price = basis.price(self._fair_values[symbol.instrument.base].distance)
            steps[name] = symbol.advance(price, start, self._speed * wildness, wildness)
        return Step(time=self._time, symbols=steps)

    def _skip(self, time: int) -> Step:
        self._time = time
        steps = {}
        for name, symbol in self.symbols.items():
            unchanged = symbol.book.update_id
            steps[name] = SymbolStep(
                trades=[],
                aggregates=[],
                closed=symbol.skip_to(time),
                touched=set(),
                first_update_id=unchanged + 1,
                last_update_id=unchanged,
            )
        return Step(time=time, symbols=steps)
