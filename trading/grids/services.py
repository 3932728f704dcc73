"""What changes grids for their users: one function a use case, each in one transaction.

The trading worker, woken after the commit, begins what was started, executes, and ends what was stopped.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction

from streaming.times import milliseconds
from trading.accounts.services import account_for, hand_ensure, owner_lock
from trading.audit.services import Actor, audit_append
from trading.engine.amounts import decimal_of
from trading.engine.grid.state import GridState, IllegalGridStepError, PauseReason
from trading.engine.live.grids.changing import GridNotChangeableError, added_investment
from trading.engine.live.grids.driver import GridDriver
from trading.engine.live.state import GridChange
from trading.engine.orders.refusal import RefusalCode
from trading.engine.strategies.errors import CannotTradeError
from trading.engine.strategies.shipped.grid_parameters import GridParameters
from trading.grids.changing import changed_parameters
from trading.grids.errors import GridConflictError, GridNotFoundError
from trading.grids.parameters import GridStop, NewGrid
from trading.grids.planning import PlannedGrid, grid_planned, orders_fault
from trading.kill_switch.barrier import pass_to_order
from trading.live.changing import sub_accounts_changed
from trading.live.funds import missing_money
from trading.live.instance_changes import instance_changed, sub_accounts_locked
from trading.live.markets import TradedMarket
from trading.live.rows.grid_rows import stored_grid_parameters
from trading.live.rows.loaded import LoadedSubAccount
from trading.models import ENDED_GRIDS, Grid, SubAccount, TradingAccount
from trading.orders.levels import check_may_order
from trading.risk.symbol_orders import orders_counted_of_rows

Result = TypeVar("Result")


@transaction.atomic
def grid_start(*, actor: Actor, owner_id: int, given: NewGrid, market: TradedMarket, now: datetime) -> Grid:
    """Start a grid with money of an account; the worker begins it, at once or at its trigger.

    Raise `WrongParametersError` for what can't be placed or can't earn, and `CommandRefusedError`: NOT_FOUND for
    another's account, KILL_SWITCH_ACTIVE, or CONFLICT where money is missing, or there are too many grids, or orders.
    """
    planned = grid_planned(given, market)
    planned.check_startable()
    pass_to_order()
    owner_lock(owner_id)
    account = account_for(owner_id=owner_id, account_id=given.account, now=now)
    market.check_drives(account)
    check_may_order(owner_id)
    _check_room(owner_id)
    _check_orders(account, market, given.grid_count)
    hand = sub_accounts_locked([hand_ensure(account=account, quote=market.instrument.quote).pk], now)[0]
    invested = _invested(planned, free=hand.engine.account.free(market.instrument.quote))
    loaded = _grid_made(account, given, planned, invested, now)
    loaded.engine.transfer_in(hand.engine.transfer_out(invested))
    _driver(loaded).start(market=market.ticks, time=milliseconds(now))
    sub_accounts_changed([hand, loaded], now=now)
    grid = Grid.objects.get(pk=loaded.row.grid_id)
    audit_append(actor=actor, action="grid.start", account=account, target=grid.pk, after=_described(grid), now=now)
    return grid


@transaction.atomic
def grid_stop(*, actor: Actor, grid: Grid, given: GridStop, now: datetime) -> int:
    """Stop a grid; return how many orders were cancelled. Raise `GridConflictError` where it stops already."""

    def stop(driver: GridDriver) -> int:
        return driver.stop(
            time=milliseconds(now),
            cancel_orders=given.cancel_orders,
            close_position=given.close_position,
            reason=PauseReason.USER,
        )

    said = {"cancel_orders": given.cancel_orders, "close_position": given.close_position}
    return _changed(grid, stop, actor=actor, action="grid.stop", now=now, said=said)


@transaction.atomic
def grid_pause(*, actor: Actor, grid: Grid, now: datetime) -> Grid:
    """Pause a grid: its orders are cancelled. Raise `GridConflictError` where it can't."""

    def pause(driver: GridDriver) -> None:
        driver.pause(PauseReason.USER, time=milliseconds(now))

    _changed(grid, pause, actor=actor, action="grid.pause", now=now)
    return Grid.objects.get(pk=grid.pk)


@transaction.atomic
def grid_resume(*, actor: Actor, grid: Grid, market: TradedMarket, now: datetime) -> Grid:
    """Let a paused grid go on, or one that failed begin anew.

    Raise `GridConflictError` where it can't, and `TradingHaltedError` while the kill switch is active.
    """
    pass_to_order()
    market.check_drives(grid.account)
    check_may_order(grid.account.owner_id, grid.pk)

    def resume(driver: GridDriver) -> None:
        if driver.state is GridState.ERROR:
            driver.restart(time=milliseconds(now))
        else:
            driver.resume(market=market.ticks, time=milliseconds(now))

    _changed(grid, resume, actor=actor, action="grid.resume", now=now)
    return Grid.objects.get(pk=grid.pk)


@transaction.atomic
def grid_update_params(
    *, actor: Actor, grid: Grid, params: Mapping[str, Any], market: TradedMarket, now: datetime
) -> GridChange:
    """Change parameters of a grid; money that more of them needs comes from its account, what less needs goes back.

    Raise `WrongParametersError`, which names each as `params.upper_price`, and `GridConflictError` where the grid can't
    be changed now, money is missing, or the account would have too many orders.
    """
    pass_to_order()
    account = account_for(owner_id=grid.account.owner_id, account_id=grid.account_id, now=now)
    hand_id = hand_ensure(account=account, quote=market.instrument.quote).pk
    loaded = {one.row.pk: one for one in sub_accounts_locked([hand_id, grid.sub_account.pk], now)}
    hand, own = loaded[hand_id], loaded[grid.sub_account.pk]
    # what isn't given stays as it is now: `grid` may be of before another's change, for which this one has waited
    parameters = changed_parameters(_row(own), params, market, has_begun=_driver(own).has_begun)
    market.check_drives(account)
    check_may_order(account.owner_id, grid.pk)
    if parameters.grid_count > _driver(own).parameters.grid_count:
        _check_orders(account, market, parameters.grid_count, but=own)
    before = stored_grid_parameters(_driver(own).parameters)
    change = _updated(hand, own, parameters, market, now)
    sub_accounts_changed([hand, own], now=now)
    after = stored_grid_parameters(_driver(own).parameters)
    audit_append(
        actor=actor, action="grid.update_params", account=account, target=grid.pk, before=before, after=after, now=now
    )
    return change


def _updated(
    hand: LoadedSubAccount, own: LoadedSubAccount, parameters: GridParameters, market: TradedMarket, now: datetime
) -> GridChange:
    driver = _driver(own)
    more = max(0, added_investment(driver.parameters, parameters, own.engine.account))
    if more:
        quote = hand.engine.account.quote
        _check_money(more, hand.engine.account.free(quote), quote, more=" more")
        own.engine.transfer_in(hand.engine.transfer_out(more))
    change = _tried(lambda: driver.update(parameters, market=market.ticks, time=milliseconds(now)))
    returned = min(change.returnable, own.engine.account.free(market.instrument.quote))
    if returned:
        hand.engine.transfer_in(own.engine.transfer_out(returned))
    _row(own).investment += decimal_of(more - returned)
    return change


def _changed(
    grid: Grid,
    change: Callable[[GridDriver], Result],
    *,
    actor: Actor,
    action: str,
    now: datetime,
    said: Mapping[str, Any] | None = None,
) -> Result:
    """Do something to a grid that is locked, store it, and say so in the audit; return what it gave."""
    loaded = sub_accounts_locked([grid.sub_account.pk], now)
    if not loaded:
        raise GridNotFoundError
    driver = _driver(loaded[0])
    return instance_changed(
        loaded[0], driver, lambda: _tried(lambda: change(driver)), actor=actor, action=action, now=now, said=said
    )


def _tried(act: Callable[[], Result]) -> Result:
    """Return what `act` does; what the grid's state, or its money, doesn't allow is CONFLICT."""
    try:
        return act()
    except IllegalGridStepError as error:
        asked = error.step.partition(" ")[0]  # where a pause would have ended is no word of whoever asked
        raise GridConflictError(f"The grid is {error.state}; it can't {asked} now") from error
    except GridNotChangeableError as error:
        raise GridConflictError(f"The grid is {error.state}; it can't be changed now") from error
    except CannotTradeError as error:
        raise GridConflictError(str(error)) from error


def _check_room(owner_id: int) -> None:
    active = Grid.objects.filter(account__owner_id=owner_id).exclude(state__in=ENDED_GRIDS).count()
    if active >= (most := settings.GRIDS_PER_USER):
        raise GridConflictError(f"There may be at most {most} grids at a time; stop one first")


def _check_orders(
    account: TradingAccount, market: TradedMarket, gaps: int, *, but: LoadedSubAccount | None = None
) -> None:
    """Raise `GridConflictError` where the account has no room for as many orders more of the symbol as there are gaps.

    Those of a grid that is to have so many are left out (`but`). The account is locked, so nobody else takes that room.
    """
    unasked = [] if but is None else [but.row.pk]
    counted = orders_counted_of_rows(account.pk, market.instrument.symbol, unasked=unasked)
    if (fault := orders_fault(market.instrument, gaps, open_orders=counted)) is not None:
        raise GridConflictError(f"{fault} ({RefusalCode.MAXIMUM_ORDERS.value})")


def _invested(planned: PlannedGrid, *, free: int) -> int:
    """Return the amount of quote that goes to the grid; raise `GridConflictError` where less is free."""
    _check_money(planned.needed, free, planned.instrument.quote)
    return min(planned.wanted, free)


def _check_money(needed: int, free: int, quote: str, *, more: str = "") -> None:
    """Raise `GridConflictError` where less is free."""
    if (missing := missing_money("grid", needed, free, quote, more=more)) is not None:
        raise GridConflictError(f"{missing} ({RefusalCode.INSUFFICIENT_BALANCE.value})")


def _grid_made(
    account: TradingAccount, given: NewGrid, planned: PlannedGrid, invested: int, now: datetime
) -> LoadedSubAccount:
    grid = Grid(
        account=account,
        symbol=planned.instrument.symbol,
        parameters=stored_grid_parameters(planned.parameters),
        investment=decimal_of(invested),
        fee_rate=given.fee_rate,
        created_at=now,
    )
    grid.save(force_insert=True)
    own = SubAccount.objects.create(account=account, grid=grid, quote=planned.instrument.quote)
    return sub_accounts_locked([own.pk], now)[0]


def _driver(loaded: LoadedSubAccount) -> GridDriver:
    if loaded.grid is None:
        raise GridNotFoundError
    return loaded.grid


def _row(loaded: LoadedSubAccount) -> Grid:
    if loaded.row.grid is None:
        raise GridNotFoundError
    return loaded.row.grid


def _described(grid: Grid) -> dict[str, object]:
    """Return what the audit says of a grid."""
    return {name: getattr(grid, name) for name in ("symbol", "parameters", "investment", "fee_rate", "state")}
