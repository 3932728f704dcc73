"""What changes live strategies for their users: one function a use case, each in one transaction.

The trading worker, woken after the commit, warms up what was started, drives it, and ends what was stopped.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction

from streaming.commands.errors import WrongParametersError
from streaming.events import Interval
from streaming.market.selectors import interval_fault
from streaming.times import milliseconds
from trading.accounts.services import account_for, hand_ensure, owner_lock
from trading.audit.services import Actor, audit_append
from trading.backtests.strategies import parameter_faults, stored_parameters
from trading.engine.amounts import amount_of, decimal_of
from trading.engine.grid.state import PauseReason
from trading.engine.live.strategies.driver import StrategyDriver
from trading.engine.live.strategies.state import IllegalStrategyStepError
from trading.engine.orders.refusal import RefusalCode
from trading.kill_switch.barrier import pass_to_order
from trading.live.changing import sub_accounts_changed
from trading.live.funds import missing_money
from trading.live.instance_changes import instance_changed, sub_accounts_locked
from trading.live.markets import TradedMarket
from trading.live.rows.loaded import LoadedSubAccount
from trading.models import ENDED_STRATEGIES, Strategy, SubAccount, TradingAccount
from trading.orders.levels import check_may_order
from trading.price_models.checks import live_fault, model_asked, model_parameter_of
from trading.strategies.errors import StrategyConflictError, StrategyNotFoundError
from trading.strategies.parameters import PATH, StrategyStop, StrategyTerms

Result = TypeVar("Result")


@transaction.atomic
def strategy_start(
    *, actor: Actor, owner_id: int, given: StrategyTerms, market: TradedMarket, now: datetime
) -> Strategy:
    """Start a strategy with money of an account; the worker warms it up, and drives it from then on.

    Raise `WrongParametersError` for parameters that don't fit the symbol or the exchange, and `CommandRefusedError`:
    NOT_FOUND for another's account, KILL_SWITCH_ACTIVE, or CONFLICT where money is missing, there are too many
    strategies, or the same one runs already.
    """
    _check_fits(given, market)
    pass_to_order()
    owner_lock(owner_id)
    account = account_for(owner_id=owner_id, account_id=given.account, now=now)
    market.check_drives(account)
    check_may_order(owner_id)
    parameters = dict(stored_parameters(given.strategy, given.strategy_parameters))
    _check_room(owner_id)
    _check_new(account, given, parameters)
    hand = sub_accounts_locked([hand_ensure(account=account, quote=market.instrument.quote).pk], now)[0]
    invested = _invested(given, hand, market)
    own = _made(account, given, parameters, invested=invested, quote=hand.row.quote, now=now)
    own.engine.transfer_in(hand.engine.transfer_out(invested))
    _driver(own).start(time=milliseconds(now))
    sub_accounts_changed([hand, own], now=now)
    strategy = Strategy.objects.get(pk=own.row.strategy_id)
    after = _described(strategy)
    audit_append(actor=actor, action="strategy.start", account=account, target=strategy.pk, after=after, now=now)
    return strategy


@transaction.atomic
def strategy_stop(*, actor: Actor, strategy: Strategy, given: StrategyStop, now: datetime) -> int:
    """Stop a strategy; return how many orders were cancelled. Raise `StrategyConflictError` where it stops already."""

    def stop(driver: StrategyDriver) -> int:
        return driver.stop(close_position=given.close_position, time=milliseconds(now), reason=PauseReason.USER)

    said = {"close_position": given.close_position}
    return _changed(strategy, stop, actor=actor, action="strategy.stop", now=now, said=said)


@transaction.atomic
def strategy_pause(*, actor: Actor, strategy: Strategy, now: datetime) -> Strategy:
    """Pause a strategy: its orders are cancelled. Raise `StrategyConflictError` where it can't."""

    def pause(driver: StrategyDriver) -> None:
        driver.pause(PauseReason.USER, time=milliseconds(now))

    _changed(strategy, pause, actor=actor, action="strategy.pause", now=now)
    return Strategy.objects.get(pk=strategy.pk)


@transaction.atomic
def strategy_resume(*, actor: Actor, strategy: Strategy, market: TradedMarket, now: datetime) -> Strategy:
    """Let a paused strategy go on.

    Raise `WrongParametersError` where the exchange has no candles of its interval (another is followed since it was
    started), `StrategyConflictError` where it can't, and `TradingHaltedError` while the kill switch is active.
    """
    if faults := _interval_faults(Interval(strategy.interval)):
        raise WrongParametersError(faults)
    pass_to_order()
    market.check_drives(strategy.account)
    check_may_order(strategy.account.owner_id, strategy.pk)

    def resume(driver: StrategyDriver) -> None:
        driver.resume(market=market.ticks, time=milliseconds(now))

    _changed(strategy, resume, actor=actor, action="strategy.resume", now=now)
    return Strategy.objects.get(pk=strategy.pk)


@transaction.atomic
def strategy_mark_public(*, actor: Actor, strategy: Strategy, is_public: bool, now: datetime) -> Strategy:
    """Let anyone be told its signals from the next one on, or nobody but its owner any more.

    Raise `StrategyConflictError` where that is so already, or it gives no more signals.
    """
    rows = strategies_locked([strategy.pk])
    if not rows:
        raise StrategyNotFoundError
    row = rows[0]
    if row.is_public == is_public:
        raise StrategyConflictError(f"The strategy is {'public' if is_public else 'not public'} already")
    if is_public and row.state in ENDED_STRATEGIES:
        raise StrategyConflictError(f"The strategy is {row.state}; it gives no more signals")
    Strategy.objects.filter(pk=row.pk).update(is_public=is_public)
    row.is_public = is_public
    audit_append(
        actor=actor,
        action="strategy.publish" if is_public else "strategy.unpublish",
        account=row.account,
        target=row.pk,
        before={"is_public": not is_public},
        after={"is_public": is_public},
        now=now,
    )
    return row


def strategies_locked(ids: Collection[str]) -> list[Strategy]:
    """Return those of the strategies that exist, in the order of their ids, locked until the transaction ends.

    Rows that only refer to them, or to their accounts, such as orders, are stored meanwhile.
    """
    rows = Strategy.objects.select_for_update(of=("self",), no_key=True).select_related("account")
    return list(rows.filter(pk__in=ids).order_by("pk"))


def _changed(
    strategy: Strategy,
    change: Callable[[StrategyDriver], Result],
    *,
    actor: Actor,
    action: str,
    now: datetime,
    said: Mapping[str, Any] | None = None,
) -> Result:
    """Do something to a strategy that is locked, store it, and say so in the audit; return what it gave."""
    loaded = sub_accounts_locked([strategy.sub_account.pk], now)
    if not loaded:
        raise StrategyNotFoundError
    driver = _driver(loaded[0])
    return instance_changed(
        loaded[0], driver, lambda: _tried(lambda: change(driver)), actor=actor, action=action, now=now, said=said
    )


def _tried(act: Callable[[], Result]) -> Result:
    """Return what `act` does; what the strategy's state doesn't allow is CONFLICT."""
    try:
        return act()
    except IllegalStrategyStepError as error:
        raise StrategyConflictError(f"The strategy is {error.state}; it can't {error.step} now") from error


def _check_fits(given: StrategyTerms, market: TradedMarket) -> None:
    faults = dict(parameter_faults(given.strategy, given.strategy_parameters, PATH, market.instrument))
    if faults := faults | _interval_faults(given.interval):
        raise WrongParametersError(faults)
    name = model_asked(given.strategy, given.strategy_parameters, symbol=given.symbol_name, interval=given.interval)
    if name is not None and (fault := live_fault(name)):
        raise WrongParametersError({f"params.{model_parameter_of(given.strategy)}": fault})


def _interval_faults(interval: Interval) -> dict[str, str]:
    """Return what is wrong with an interval: without candles of it a strategy would wait for them for ever."""
    fault = interval_fault(interval)
    return {} if fault is None else {"interval": fault}


def _check_room(owner_id: int) -> None:
    active = Strategy.objects.filter(account__owner_id=owner_id).exclude(state__in=ENDED_STRATEGIES).count()
    if active >= (most := settings.STRATEGIES_PER_USER):
        raise StrategyConflictError(f"There may be at most {most} strategies at a time; stop one first")


def _check_new(account: TradingAccount, given: StrategyTerms, parameters: Mapping[str, Any]) -> None:
    """Raise `StrategyConflictError` where the account has the very same strategy already."""
    alike = Strategy.objects.filter(
        account=account, strategy=given.strategy, symbol=given.symbol_name, interval=given.interval.value
    ).exclude(state__in=ENDED_STRATEGIES)
    for known in alike:
        if known.parameters == parameters:
            raise StrategyConflictError(f"The account has this strategy already; it is {known.pk}, and {known.state}")


def _invested(given: StrategyTerms, hand: LoadedSubAccount, market: TradedMarket) -> int:
    """Return the amount of quote that goes to the strategy; raise `StrategyConflictError` where less is free."""
    quote, wanted = market.instrument.quote, amount_of(given.investment)
    free = hand.engine.account.free(quote)
    if (missing := missing_money("strategy", wanted, free, quote)) is not None:
        raise StrategyConflictError(f"{missing} ({RefusalCode.INSUFFICIENT_BALANCE.value})")
    return wanted


def _made(
    account: TradingAccount,
    given: StrategyTerms,
    parameters: Mapping[str, Any],
    *,
    invested: int,
    quote: str,
    now: datetime,
) -> LoadedSubAccount:
    strategy = Strategy(
        account=account,
        strategy=given.strategy,
        symbol=given.symbol_name,
        interval=given.interval.value,
        parameters=parameters,
        investment=decimal_of(invested),
        backtest_id=given.backtest_id,
        created_at=now,
    )
    strategy.save(force_insert=True)
    own = SubAccount.objects.create(account=account, strategy=strategy, quote=quote)
    return sub_accounts_locked([own.pk], now)[0]


def _driver(loaded: LoadedSubAccount) -> StrategyDriver:
    if loaded.strategy is None:
        raise StrategyNotFoundError
    return loaded.strategy


def _described(strategy: Strategy) -> dict[str, object]:
    """Return what the audit says of a strategy."""
    names = ("strategy", "symbol", "interval", "parameters", "investment", "state", "backtest_id")
    return {name: getattr(strategy, name) for name in names}
