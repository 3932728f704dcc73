"""Strategies as what alert rules wait for: found by their owners, and called by their titles."""

from collections.abc import Collection, Mapping

from streaming.rule_sources.signal_source import SignalGiver, SignalSource
from trading.backtests.strategies import title_of
from trading.models import ENDED_STRATEGIES, Strategy


def giver_of(owner_id: int, strategy_id: str) -> SignalGiver | None:
    """Return a user's own strategy; None where the user has none of that id."""
    found = Strategy.objects.filter(pk=strategy_id, account__owner_id=owner_id).values_list("symbol", "state").first()
    if found is None:
        return None
    symbol, state = found
    return SignalGiver(symbol=symbol, is_over=state in ENDED_STRATEGIES)


def over_of(ids: Collection[str]) -> frozenset[str]:
    """Return those of strategies that have ended, or are gone."""
    active = Strategy.objects.filter(pk__in=ids).exclude(state__in=ENDED_STRATEGIES)
    return frozenset(ids) - frozenset(active.values_list("pk", flat=True))


def active_of(owner_id: int) -> Mapping[str, str]:
    """Return by id what a user's strategies that haven't ended are called, the newest first."""
    active = Strategy.objects.filter(account__owner_id=owner_id).exclude(state__in=ENDED_STRATEGIES)
    rows = active.values_list("pk", "strategy", "symbol", "interval")
    return {pk: f"{title_of(name)} on {symbol} {interval}, {pk}" for pk, name, symbol, interval in rows}


SIGNAL_SOURCE = SignalSource(giver_of, title_of, over_of, active_of)
