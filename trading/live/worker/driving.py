"""Driving one sub-account by a market: a hand's orders, or a grid or a strategy with its own."""

from collections.abc import Iterable, Iterator, Sequence

from streaming.events import Interval
from streaming.events.intervals import close_time_of, next_open_time
from streaming.indicators.bar import PricesAndVolume
from streaming.market.selectors import interval_fault
from trading.engine.grid.state import GridState, PauseReason
from trading.engine.live.strategies.driver import StrategyDriver
from trading.engine.live.strategies.state import StrategyState
from trading.engine.live.triggers import ALWAYS, Reach
from trading.engine.matching.book import Book
from trading.live.rows.loaded import LoadedSubAccount
from trading.live.worker.followed_symbol import FollowedSymbol

_PAUSABLE = (GridState.RUNNING, GridState.STARTING, GridState.WAITING_TRIGGER, StrategyState.RUNNING)
_LATE_MS = 10_000
"""So long after its end a candle may still be on its way."""
_PAUSED = (GridState.PAUSED, StrategyState.PAUSED)


def symbols_of(loaded: LoadedSubAccount) -> set[str]:
    """Return what a sub-account trades now: its driver's symbol, or those of a hand's open orders."""
    if loaded.driver is None:
        return set(loaded.engine.symbols)
    return set() if loaded.driver.state.trades_no_more else {loaded.instance_symbol}


def reach_of(loaded: LoadedSubAccount, symbol: str) -> Reach:
    """Return at which prices a trade of a symbol does anything."""
    return loaded.engine.reach(symbol) if loaded.driver is None else loaded.driver.reach()


def has_new(loaded: LoadedSubAccount, symbol: str) -> bool:
    """Return whether an order of a symbol hasn't looked at the book yet."""
    return reach_of(loaded, symbol).below == ALWAYS


def has_more_to_do(loaded: LoadedSubAccount) -> bool:
    """Return whether a grid or a strategy is to be looked after again soon, though no trade reaches it."""
    if loaded.driver is not None and loaded.driver.state.is_stopping:
        return True
    if loaded.strategy is not None and loaded.strategy.has_more_to_do:
        return True
    return loaded.grid is not None and loaded.grid.has_unplaced


def is_overdue(loaded: LoadedSubAccount, *, time: int) -> bool:
    """Return whether a strategy's next candle should have come by `time` (ms), so that it is to look for it."""
    strategy, row = loaded.strategy, loaded.strategy_row
    cursor = None if strategy is None else strategy.memory().candle_cursor
    if cursor is None or row is None:
        return False
    interval = Interval(row.interval)
    return close_time_of(interval, next_open_time(interval, cursor)) + _LATE_MS < time


def see_trade(loaded: LoadedSubAccount, symbol: str, *, price: int, quantity: int, time: int) -> None:
    """Execute what a trade reaches: ticks, steps, ms."""
    if loaded.driver is None:
        loaded.engine.see_trade(symbol, price=price, quantity=quantity, time=time)
    else:
        loaded.driver.see_trade(price=price, quantity=quantity, time=time)


def warming_up(loaded: LoadedSubAccount, history: Sequence[PricesAndVolume], *, time: int) -> Iterator[None]:
    """Let a strategy that waits for it know the closed candles of the past, oldest first, step by step."""
    strategy = loaded.strategy
    if strategy is not None and strategy.is_cold:
        yield from strategy.warming_up(history, time=time)
        _go_on_without_past(strategy, history, time=time)


def _go_on_without_past(strategy: StrategyDriver, history: Sequence[PricesAndVolume], *, time: int) -> None:
    """Let a strategy do without its past that waits for candles that aren't there any more, though later ones are."""
    missing = strategy.missing
    if strategy.is_cold and missing is not None and history and history[-1].open_time >= missing[1]:
        strategy.lose_past("candles that it was told are not stored any more", history, time=time)


def see_candles(
    loaded: LoadedSubAccount,
    candles: Iterable[PricesAndVolume],
    *,
    market: int | None,
    time: int,
    are_all: bool = False,
) -> None:
    """Let a strategy take closed candles, oldest first; where they `are_all` that there are, go on without others."""
    strategy = loaded.strategy
    if strategy is None or strategy.is_cold:
        return
    cursor, newest = strategy.memory().candle_cursor, 0
    for candle in candles:
        newest = candle.open_time
        if are_all and strategy.missing is not None and strategy.missing[0] < newest:
            strategy.pass_missing(time=time)
        if cursor is None or newest > cursor:
            strategy.see_candle(candle, market=market, time=time)


def advance(loaded: LoadedSubAccount, followed: FollowedSymbol, *, time: int) -> None:
    """Do what stands to be done, at the market's price; nothing while that isn't known."""
    market = followed.market
    if market is None:
        return
    if loaded.driver is None:
        loaded.engine.take_new(followed.instrument.symbol, market=market, time=time)
    elif loaded.strategy is not None and (fault := _interval_fault(loaded)) is not None:
        loaded.strategy.fail(fault, time=time)
    else:
        loaded.driver.advance(market=market, time=time)


def _interval_fault(loaded: LoadedSubAccount) -> str | None:
    """Return that a strategy waits for candles for ever: it was started on another exchange, which has them."""
    strategy, row = loaded.strategy, loaded.strategy_row
    if strategy is None or row is None or not strategy.takes_candles:
        return None
    return interval_fault(Interval(row.interval))


def pause(loaded: LoadedSubAccount, *, time: int) -> bool:
    """Pause a grid or a strategy whose market's data is away; return whether it was one that can be."""
    if loaded.driver is None or loaded.driver.state not in _PAUSABLE:
        return False
    loaded.driver.pause(PauseReason.EXCHANGE_DOWN, time=time)
    return True


def resume(loaded: LoadedSubAccount, *, market: int, time: int) -> bool:
    """Let one go on that was paused while its market's data was away; return whether it was such a one."""
    driver = loaded.driver
    if driver is None or driver.state not in _PAUSED or driver.reason != PauseReason.EXCHANGE_DOWN:
        return False
    driver.resume(market=market, time=time)
    return True


def show_book(loaded: LoadedSubAccount, symbol: str, book: Book | None) -> None:
    """Let a sub-account know the order book."""
    if book is None:
        return
    if loaded.driver is None:
        loaded.engine.see_book(symbol, book)
    else:
        loaded.driver.see_book(book)
