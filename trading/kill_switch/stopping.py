"""What the kill switch stops: grids, strategies and orders of the sub-accounts that it concerns, locked together."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
from django.db.models import F, Q, QuerySet

from streaming.events import Side
from streaming.times import milliseconds
from trading.engine.grid.state import GRID_STEPS, GridStep
from trading.engine.live.strategies.state import STRATEGY_STEPS, StrategyStep
from trading.engine.orders.refusal import CancelReason
from trading.engine.risk.levels import TradingLevel
from trading.kill_switch.closing import positions_close
from trading.live.changing import sub_accounts_changed
from trading.live.ending import can_end, end_stop, give_back, hands_of, has_ended
from trading.live.markets import TradedMarket
from trading.live.rows.loaded import LoadedSubAccount
from trading.live.rows.loading import sub_accounts_load
from trading.models import OF_ACTIVE_INSTANCES, OF_HAND, OPEN_ORDERS, SubAccount


class Concerned(msgspec.Struct, frozen=True, kw_only=True):
    """The sub-accounts with anything that could trade, locked; and the hands of their accounts, by others of these."""

    sub_accounts: tuple[LoadedSubAccount, ...]
    hand_of: dict[int, LoadedSubAccount]

    @property
    def driven(self) -> tuple[LoadedSubAccount, ...]:
        """Those of grids and strategies."""
        return tuple(one for one in self.sub_accounts if one.driver is not None)

    @property
    def hands(self) -> tuple[LoadedSubAccount, ...]:
        """Those that are traded by hand."""
        return tuple(one for one in self.sub_accounts if one.driver is None)

    @property
    def touched(self) -> tuple[LoadedSubAccount, ...]:
        """All of which something may change, hands that get something back among them; each once."""
        all_of_them = (*self.sub_accounts, *self.hand_of.values())
        return tuple({one.row.pk: one for one in all_of_them}.values())


class Stopped(msgspec.Struct, frozen=True, kw_only=True):
    """What was stopped of some accounts; `driven` are all grids and strategies that could trade."""

    grids_stopped: int
    strategies_stopped: int
    orders_cancelled: int
    driven: tuple[LoadedSubAccount, ...]


def accounts_stop(
    accounts: Sequence[str],
    *,
    rows: QuerySet[SubAccount],
    level: TradingLevel,
    markets: Mapping[str, TradedMarket] | None,
    now: datetime,
) -> Stopped:
    """Stop those of `rows` that are of these accounts, in the transaction that is under way; sell by `markets`."""
    concerned = concerned_load(rows.filter(account_id__in=accounts))
    done = [sub_account_stop(one, level, closes=markets is not None, now=now) for one in concerned.sub_accounts]
    stopped_end(concerned, now=now)
    if markets is not None:
        positions_close(concerned.hands, markets, now=now)
    _store_anew(concerned.touched, now)
    return Stopped(
        grids_stopped=sum(one.grids for one in done),
        strategies_stopped=sum(one.strategies for one in done),
        orders_cancelled=sum(one.orders for one in done),
        driven=concerned.driven,
    )


def concerned_load(rows: QuerySet[SubAccount]) -> Concerned:
    """Load and lock those of `rows` that could trade. No gate is asked of them: nothing but sales is placed here."""
    has_orders = Q(orders__state__in=OPEN_ORDERS)
    has_positions = OF_HAND & Q(lots__isnull=False)
    ids = set(rows.filter(OF_ACTIVE_INSTANCES | has_orders | has_positions).values_list("pk", flat=True))
    hands = hands_of(rows.filter(OF_ACTIVE_INSTANCES))
    loaded = sub_accounts_load(ids | set(hands.values()), lock=True, with_deliveries=False)
    return Concerned(
        sub_accounts=tuple(one for pk, one in loaded.items() if pk in ids),
        hand_of={pk: loaded[hand] for pk, hand in hands.items()},
    )


class StoppedSubAccount(NamedTuple):
    """How many grids and strategies were stopped, and orders cancelled."""

    grids: int = 0
    strategies: int = 0
    orders: int = 0


def sub_account_stop(
    loaded: LoadedSubAccount, level: TradingLevel, *, closes: bool, now: datetime
) -> StoppedSubAccount:
    """Stop a sub-account as far as a level asks for."""
    time, grid, strategy, driver = milliseconds(now), loaded.grid, loaded.strategy, loaded.driver
    is_halted, reason = level is TradingLevel.HALTED, CancelReason.KILL_SWITCH
    if grid is not None and is_halted and GRID_STEPS.can(grid.state, GridStep.STOP):
        return StoppedSubAccount(grids=1, orders=grid.stop(time=time, close_position=closes, reason=reason))
    if strategy is not None and is_halted and STRATEGY_STEPS.can(strategy.state, StrategyStep.STOP):
        return StoppedSubAccount(strategies=1, orders=strategy.stop(time=time, close_position=closes, reason=reason))
    if grid is not None and closes and grid.state.is_stopping and not grid.closes:
        return StoppedSubAccount(orders=grid.sell_before_end(time=time))
    cancel = loaded.engine.cancel if driver is None else driver.cancel
    names = [
        order.request.client_order_id
        for _, order in loaded.engine.open_orders
        if level is TradingLevel.HALTED or order.request.side is Side.BUY
    ]
    if driver is not None and driver.state.is_stopping and driver.closes:
        names = []  # what it has open sells what it holds
    for name in names:
        cancel(name, time=time, reason=CancelReason.KILL_SWITCH)
    return StoppedSubAccount(orders=len(names))


def stopped_end(concerned: Concerned, *, now: datetime) -> None:
    """End what has nothing left to do, and give back what it holds: none of it waits for the worker."""
    for one in concerned.driven:
        if can_end(one):
            end_stop(one, time=milliseconds(now))
        if has_ended(one) and (hand := concerned.hand_of.get(one.row.pk)) is not None:
            give_back(one, hand)


def _store_anew(loaded: Collection[LoadedSubAccount], now: datetime) -> None:
    """Store all as a version newer, be it unchanged: a copy of the worker's that knew another level stores nothing."""
    before = {one.row.pk: one.version for one in loaded}
    sub_accounts_changed(loaded, now=now)
    unchanged = [one.row.pk for one in loaded if one.version == before[one.row.pk]]
    SubAccount.objects.filter(pk__in=unchanged).update(version=F("version") + 1)
