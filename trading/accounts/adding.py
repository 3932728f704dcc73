"""Adding an account to those that a user has."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from trading.accounts.services import account_create, default_account_ensure
from trading.audit.services import Actor, audit_append
from trading.live.changing import hands_changed
from trading.models import TradingAccount


@transaction.atomic
def account_add(
    *, actor: Actor, owner_id: int, name: str, balances: Mapping[str, Decimal], now: datetime
) -> TradingAccount:
    """Make another account for a user, who has a default one from then on, which begins with `balances`.

    Raise `AccountNotFoundError` for no user, and `AccountConflictError` where they have as many accounts as there may
    be, or one of that name.
    """
    default_account_ensure(owner_id=owner_id, now=now)
    account = account_create(owner_id=owner_id, name=name, balances=balances, now=now)
    hands_changed(account, now=now)
    after = {"name": name, "balances": {asset: f"{amount:f}" for asset, amount in balances.items()}}
    audit_append(actor=actor, action="account.create", account=account, target=account.pk, after=after, now=now)
    return account
