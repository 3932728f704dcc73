"""What a strategy is started with where it is a copy of a backtest: what isn't given beside it is as it was there."""

from collections.abc import Mapping
from typing import Any

from streaming.commands.errors import WrongParametersError
from streaming.events import Interval
from streaming.market.selectors import symbol_of_pair
from trading.models import Backtest, BacktestKind
from trading.strategies.parameters import MOST_INVESTMENT, NewStrategy, StrategyTerms

_FIELD = "backtest_id"


def strategy_terms(*, owner_id: int, given: NewStrategy) -> StrategyTerms:
    """Return all that a strategy is to be started with.

    Raise `WrongParametersError` where the backtest isn't the owner's, or is a sweep, and for what is wrong by the name
    of the parameter.
    """
    if given.backtest_id is None:
        terms = given.terms
        if terms is None:
            raise WrongParametersError(given.wrong_together())
        return terms
    copied = _copied(_backtest(owner_id, given.backtest_id), given)
    faults = dict(copied.faults())
    if copied.investment > MOST_INVESTMENT:
        faults["investment"] = f"the backtest's capital is over {MOST_INVESTMENT}: investment must be given"
    if faults:
        raise WrongParametersError(faults)
    return copied


def _backtest(owner_id: int, backtest_id: str) -> Backtest:
    backtest = Backtest.objects.filter(owner_id=owner_id, pk=backtest_id).first()
    if backtest is None:
        raise WrongParametersError({_FIELD: "backtest_id names no backtest of yours"})
    if backtest.kind != BacktestKind.RUN:
        raise WrongParametersError({_FIELD: "backtest_id names a sweep; run its best parameters as a backtest"})
    return backtest


def _copied(backtest: Backtest, given: NewStrategy) -> StrategyTerms:
    return StrategyTerms(
        strategy=given.strategy or backtest.strategy,
        symbol_name=backtest.symbol if given.symbol is None else symbol_of_pair(given.symbol),
        interval=given.interval or Interval(backtest.interval),
        strategy_parameters=_parameters(backtest, given),
        investment=backtest.initial_capital if given.investment is None else given.investment,
        account=given.account,
        backtest_id=backtest.pk,
    )


def _parameters(backtest: Backtest, given: NewStrategy) -> Mapping[str, Any]:
    """Return the backtest's with those that are given in their place; of another strategy those alone."""
    is_same = given.strategy in {None, backtest.strategy}
    return {**(backtest.parameters if is_same else {}), **(given.params or {})}
