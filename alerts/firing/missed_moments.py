"""What happened on chains while nobody evaluated: what came, went and became of transactions is stored, and read again.

Signals and prices aren't: what was told of those while no evaluator ran is over.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from alerts.conditions.rule import AlertSource, Series
from alerts.firing.restored_series import Heard
from alerts.firing.series_values import topics_of
from alerts.firing.types import LoadedRule
from streaming.installed import wallet_source
from streaming.rule_sources.wallet_source import WatchedName
from streaming.topics.topic import Topic

MISSED_SECONDS = 86_400
"""How far back is read."""
_HASH_LENGTH = 66
"""Of a transaction's hash, with its `0x`; an address is shorter."""
WatchedSeries = Mapping[WatchedName, Mapping[Topic, list[tuple[Series, int]]]]
"""By what is watched on chains the series that topics carry, each with when the first of its rules was saved."""


def missed_moments(watched_series: WatchedSeries, *, now_ms: int) -> tuple[Heard, ...]:
    """Return what is stored of what rules look at on chains, as it would have been heard, oldest first.

    What was heard of it then counts once, for the series remember; what is older than all rules of a series is left out
    for that.
    """
    source = wallet_source()
    if source is None or not watched_series:
        return ()
    stored = source.stored_since(watched_series.keys(), now_ms - 1000 * MISSED_SECONDS)
    return tuple(
        Heard(topic, moment.event, at, frozenset(series for series, since in carried if since > at))
        for moment in stored
        for at in [moment.event.time]
        for topic, carried in watched_series[moment.watched].items()
    )


def in_order(*heard: Iterable[Heard]) -> tuple[Heard, ...]:
    """Return what was heard in several ways by when it came; where that is the same, in the order of the arguments."""
    return tuple(sorted((one for each in heard for one in each), key=lambda one: one.at))


def watched_series_of(rules: Iterable[LoadedRule]) -> WatchedSeries:
    """Return what rules look at on chains."""
    earliest: dict[Series, int] = {}
    for loaded in rules:
        for condition in loaded.rule.conditions if loaded.rule is not None else ():
            if condition.series.source is AlertSource.WALLET:
                earliest[condition.series] = min(loaded.since, earliest.get(condition.series, loaded.since))
    found: defaultdict[WatchedName, defaultdict[Topic, list[tuple[Series, int]]]]
    found = defaultdict(lambda: defaultdict(list))
    for series, since in earliest.items():
        for topic in topics_of(series):
            found[_name(series)][topic].append((series, since))
    return found


def _name(series: Series) -> WatchedName:
    is_transaction = len(series.watched) == _HASH_LENGTH
    return WatchedName(
        owner_id=int(series.owner), chain=series.chain, name=series.watched, is_transaction=is_transaction
    )
