"""What changes accounts for their users: one function a use case, each in one transaction."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.user_lock import user_lock
from trading.accounts.balances import initial_balances
from trading.accounts.errors import AccountConflictError, AccountNotFoundError
from trading.audit.services import Actor, audit_append
from trading.models import (
    ENDED_GRIDS,
    ENDED_STRATEGIES,
    OF_HAND,
    Balance,
    Grid,
    Lot,
    RiskLimits,
    Strategy,
    SubAccount,
    TradingAccount,
)
from trading.risk.limits import LIMITS, default_limits

DEFAULT_NAME = "Paper"


@transaction.atomic(savepoint=False)
def account_for(*, owner_id: int, account_id: str | None, now: datetime) -> TradingAccount:
    """Return a user's account, by default the default one, which is made at first use; it is locked.

    Raise `AccountNotFoundError` for another's. Whoever needs rows of sub-accounts, too, locks them after it.
    """
    rows = TradingAccount.objects.select_for_update(of=("self",), no_key=True).filter(owner_id=owner_id)
    found = rows.filter(is_default=True).first() if account_id is None else rows.filter(pk=account_id).first()
    if found is not None:
        return found
    if account_id is not None:
        raise AccountNotFoundError
    return default_account_ensure(owner_id=owner_id, now=now)


@transaction.atomic(savepoint=False)
def owner_lock(owner_id: int) -> None:
    """Let nobody else count what a user has, over all accounts, before the transaction ends.

    Whoever locks an account, too, locks it after its owner. Raise `AccountNotFoundError` for no user.
    """
    if not user_lock(owner_id):
        raise AccountNotFoundError


@transaction.atomic
def default_account_ensure(*, owner_id: int, now: datetime) -> TradingAccount:
    """Return a user's default account, which is made where there is none; raise `AccountNotFoundError` for no user."""
    owner_lock(owner_id)
    found = TradingAccount.objects.filter(owner_id=owner_id, is_default=True).first()
    return found or account_create(owner_id=owner_id, name=DEFAULT_NAME, is_default=True, now=now)


@transaction.atomic
def account_create(
    *,
    owner_id: int,
    name: str,
    is_default: bool = False,
    balances: Mapping[str, Decimal] | None = None,
    now: datetime,
) -> TradingAccount:
    """Make a paper account with the limits that one begins with, and with `balances`, by default those of the setting.

    Raise `AccountConflictError` where the user has as many as there may be, or one of that name.
    """
    if TradingAccount.objects.filter(owner_id=owner_id).count() >= (most := settings.ACCOUNTS_PER_USER):
        raise AccountConflictError(f"There may be at most {most} accounts")
    if TradingAccount.objects.filter(owner_id=owner_id, name=name).exists():
        raise AccountConflictError(f"There is an account of the name {name} already")
    account = TradingAccount(
        owner_id=owner_id,
        name=name,
        is_default=is_default,
        is_demo=settings.PAPER_ACCOUNTS_DEMO,
        maker_fee=settings.PAPER_MAKER_FEE,
        taker_fee=settings.PAPER_TAKER_FEE,
        created_at=now,
    )
    account.full_clean()
    account.save(force_insert=True)
    _limit(account)
    for quote, amount in (initial_balances() if balances is None else balances).items():
        _begin_with(hand_ensure(account=account, quote=quote), amount)
    return account


def _limit(account: TradingAccount) -> None:
    """Give a new account the limits of the settings, where there are any."""
    limits = default_limits()
    if any(limits.values()):
        RiskLimits.objects.create(account=account, **limits)


def hand_ensure(*, account: TradingAccount, quote: str) -> SubAccount:
    """Return what an account's own hand trades with in a quote asset; made, with nothing, at its first use."""
    hand, _ = SubAccount.objects.get_or_create(account=account, quote=quote, grid=None, strategy=None)
    return hand


def account_begin_anew(*, account: TradingAccount, now: datetime) -> None:
    """Give the hands of an account, which have no open orders, what a new one holds; gains and lots are forgotten."""
    initial = initial_balances()
    hands = {hand.quote: hand for hand in SubAccount.objects.select_for_update().filter(OF_HAND, account=account)}
    for quote in {*initial, *hands}:
        hand = hands.get(quote) or hand_ensure(account=account, quote=quote)
        Lot.objects.filter(sub_account=hand).delete()
        Balance.objects.filter(sub_account=hand).delete()
        _begin_with(hand, initial.get(quote, Decimal(0)))
    account.reset_at, account.resets = now, account.resets + 1
    account.save(update_fields=["reset_at", "resets"])


def _begin_with(hand: SubAccount, amount: Decimal) -> None:
    hand.deposited, hand.realised, hand.fees = amount, Decimal(0), Decimal(0)
    hand.day, hand.realised_before_day = None, Decimal(0)
    hand.version += 1
    hand.save()
    if amount:
        Balance.objects.create(sub_account=hand, asset=hand.quote, free=amount, locked=Decimal(0))


def check_can_reset(account: TradingAccount) -> None:
    """Raise `AccountConflictError` where an account can't begin anew."""
    if not account.is_demo:
        raise AccountConflictError("Only demo accounts can be reset")
    active = Grid.objects.filter(account=account).exclude(state__in=ENDED_GRIDS).count()
    if active:
        raise AccountConflictError(f"{active} grids of this account have not stopped; stop them first")
    active = Strategy.objects.filter(account=account).exclude(state__in=ENDED_STRATEGIES).count()
    if active:
        raise AccountConflictError(f"{active} strategies of this account have not stopped; stop them first")


@transaction.atomic
def limits_set(*, actor: Actor, account: TradingAccount, limits: Mapping[str, Any], now: datetime) -> RiskLimits:
    """Change limits of an account, those that are named; None takes one away."""
    row, _ = RiskLimits.objects.select_for_update().get_or_create(account=account)
    before = {name: getattr(row, name) for name in LIMITS}
    for name, value in limits.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()
    after = {name: getattr(row, name) for name in LIMITS}
    audit_append(
        actor=actor,
        action="account.set_limits",
        account=account,
        target=account.pk,
        before=before,
        after=after,
        now=now,
    )
    return row
