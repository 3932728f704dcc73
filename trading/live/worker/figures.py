"""What live trading does now, in figures, and why symbols are paused. It asks no database."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from streaming.clock import Clock
from streaming.workers.declared_figures import FigureValue
from trading.engine.grid.state import GridState
from trading.engine.live.strategies.driver import StrategyDriver
from trading.engine.live.strategies.state import StrategyState
from trading.live.rows.loaded import LoadedSubAccount
from trading.live.worker.followed_symbol import FollowedSymbol

_MOST_NAMES = 20


class TurnTiming:
    """How long the last turn took; while one takes longer already, how long that has taken."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began: float | None = None
        self._last_ms: int | None = None

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Take the block for a turn."""
        self._began = self._clock.monotonic()
        try:
            yield
        finally:
            self._last_ms, self._began = self._since(self._began), None

    @property
    def milliseconds(self) -> int | None:
        """How long it took; None before the first has ended or takes long."""
        if self._began is None:
            return self._last_ms
        return max(self._since(self._began), self.last_ms)

    @property
    def last_ms(self) -> int:
        """How long the last one took that has ended; 0 before the first has."""
        return self._last_ms or 0

    def _since(self, began: float) -> int:
        return round((self._clock.monotonic() - began) * 1000)


def live_figures(
    sub_accounts: Mapping[int, LoadedSubAccount], symbols: Mapping[str, FollowedSymbol], *, silent_since: float
) -> Mapping[str, FigureValue]:
    """Return how many grids, strategies, orders and symbols there are, and which symbols are paused.

    What was last heard of before `silent_since` (monotonic seconds) is silent.
    """
    states = Counter(one.grid.state for one in sub_accounts.values() if one.grid is not None)
    paused = {name: why for name in sorted(symbols) if (why := pause_of(symbols[name], silent_since=silent_since))}
    return {
        "grids_running": FigureValue(states[GridState.RUNNING]),
        "grids_paused": FigureValue(states[GridState.PAUSED]),
        "strategies_running": FigureValue(sum(_runs(one.strategy) for one in sub_accounts.values())),
        "open_orders": FigureValue(sum(len(one.rows.orders) for one in sub_accounts.values())),
        "symbols_followed": FigureValue(len(symbols), _listed(sorted(symbols))),
        "symbols_paused": FigureValue(len(paused), _listed([f"{name}: {why}" for name, why in paused.items()])),
    }


def pause_of(followed: FollowedSymbol, *, silent_since: float) -> str:
    """Return why nothing is executed on a symbol now, in words; empty where orders are."""
    if followed.sequence.missing is not None:
        first, last = followed.sequence.missing
        return f"waits for trades {first} to {last}"
    if followed.is_away:
        return "nothing is heard of it" if followed.heard_at < silent_since else "the exchange is away"
    return "" if followed.can_trade else "no price or no order book yet"


def _runs(strategy: StrategyDriver | None) -> bool:
    return strategy is not None and strategy.state is StrategyState.RUNNING


def _listed(texts: list[str]) -> str:
    more = len(texts) - _MOST_NAMES
    return ", ".join(texts[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
