"""What is told of changes that were stored, to whom, and what of it as a notification."""

from collections.abc import Mapping

from streaming.events import BaseEvent, Interval, Source
from streaming.notices import Notice
from trading.engine.strategies.registry import algorithm_of, version_of
from trading.events import ModelRecord, Signal
from trading.live.events.change_events import change_events
from trading.live.events.change_notices import change_notices
from trading.live.events.event_origin import EventOrigin, StrategyOrigin
from trading.live.events.strategy_events import public_signals_of
from trading.live.rows.loaded import LoadedSubAccount, StoredChanges
from trading.models import Strategy


def stored_events(stored: StoredChanges) -> list[BaseEvent]:
    """Return what the sub-account's owner is told of what was stored of it, in its order.

    A `UserEvent` among them (an order) is published with the owner's id, as `StoredChanges.loaded.owner_id` has it;
    others name their owner themselves.
    """
    return change_events(
        stored.changes,
        stored.grid_events,
        strategy_events=stored.strategy_events,
        origin=event_origin(stored.loaded),
        order_ids=stored.order_ids,
        instruments=stored.loaded.instruments,
    )


def public_signals(stored: StoredChanges, *, records: Mapping[int, ModelRecord], source: Source) -> list[Signal]:
    """Return what anyone is told of what was stored, where its strategy is public; `source` made the market's data.

    `records` tell by their horizon what became of its model's earlier signals.
    """
    strategy = event_origin(stored.loaded).strategy
    if strategy is None:
        return []
    return list(public_signals_of(stored.strategy_events, of=strategy, records=records, source=source))


def stored_notices(stored: StoredChanges) -> list[Notice]:
    """Return what the sub-account's owner is notified of: `streaming.installed.notices_store` takes them."""
    return change_notices(
        stored.changes,
        stored.grid_events,
        strategy_events=stored.strategy_events,
        origin=event_origin(stored.loaded),
        symbol=stored.loaded.instance_symbol,
        order_ids=stored.order_ids,
        instruments=stored.loaded.instruments,
    )


def event_origin(loaded: LoadedSubAccount) -> EventOrigin:
    """Return of whom events of a sub-account tell."""
    return EventOrigin(
        owner=str(loaded.owner_id),
        account=loaded.row.account_id,
        grid=loaded.row.grid_id,
        lines=None if loaded.grid is None else loaded.grid.parameters.grid_count + 1,
        strategy=_strategy_origin(loaded.strategy_row),
    )


def _strategy_origin(row: Strategy | None) -> StrategyOrigin | None:
    if row is None:
        return None
    return StrategyOrigin(
        id=row.pk,
        strategy=row.strategy,
        version=version_of(row.strategy),
        algorithm=algorithm_of(row.strategy, row.parameters),
        symbol=row.symbol,
        interval=Interval(row.interval),
    )
