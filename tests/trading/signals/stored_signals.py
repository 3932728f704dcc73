"""Signals that strategies have given, as rows: one at the close of each minute, at that close's price."""

from decimal import Decimal
from typing import Any

from streaming.times import moment
from tests.trading.live.rows import strategy_of
from tests.trading.market import MINUTE, START, wave_row
from trading.models import Strategy, StrategySignal, TradingAccount


def signals_given(account: TradingAccount, *actions: str, name: str = "ma_cross", **changes: Any) -> Strategy:
    """Let a public strategy have given signals from the first minute on."""
    strategy = strategy_of(account, name, **{"is_public": True, **changes}).strategy
    assert strategy is not None
    more_signals_given(strategy, *actions)
    return strategy


def more_signals_given(strategy: Strategy, *actions: str, horizon: int = 1, version: str = "2") -> None:
    """Let it have given more, at the minutes behind."""
    first = strategy.signals.count()
    StrategySignal.objects.bulk_create(
        StrategySignal(
            strategy=strategy,
            number=index + 1,
            time=moment(START + (index + 1) * MINUTE - 1),
            action=action,
            price=wave_row(index).close,
            confidence=Decimal("0.75"),
            version=version,
            reason=f"the {index + 1}. time",
            horizon=horizon,
        )
        for index, action in enumerate(actions, start=first)
    )
