"""Accounts, and what they trade with, as rows that the engine's objects are built from and stored in."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import User
from trading.engine.amounts import ONE
from trading.engine.live.state import TransferredHoldings
from trading.engine.strategies.shipped.grid_parameters import GridParameters
from trading.live.rows.grid_rows import stored_grid_parameters
from trading.live.rows.loaded import LoadedSubAccount, StoredChanges
from trading.live.rows.loading import sub_accounts_load
from trading.live.rows.storing import sub_accounts_store
from trading.models import Grid, Strategy, SubAccount, TradingAccount

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def account_of(name: str = "Ada", **changes: Any) -> TradingAccount:
    """Make the default account of a new user."""
    given = {"name": "paper", "is_default": True, "created_at": NOW, **changes}
    fees = {"maker_fee": Decimal("0.001"), "taker_fee": Decimal("0.0015")}
    return TradingAccount.objects.create(owner=User.objects.create_user(name, f"{name}@example.com"), **fees | given)


def hand_of(account: TradingAccount, quote: str = "USDT", *, deposit: int = 100_000) -> SubAccount:
    """Make the hand of an account, with so much of its quote."""
    return _funded(SubAccount.objects.create(account=account, quote=quote), deposit)


def grid_of(
    account: TradingAccount, parameters: GridParameters, *, symbol: str = "BTCUSDT", deposit: int = 1000
) -> SubAccount:
    """Make a grid that wasn't started, with its sub-account."""
    grid = Grid.objects.create(
        account=account,
        symbol=symbol,
        parameters=stored_grid_parameters(parameters),
        investment=Decimal(deposit),
        fee_rate=Decimal("0.001"),
        created_at=NOW,
    )
    return _funded(SubAccount.objects.create(account=account, grid=grid, quote="USDT"), deposit)


def strategy_of(
    account: TradingAccount, name: str = "ma_cross", *, symbol: str = "BTCUSDT", deposit: int = 1000, **changes: Any
) -> SubAccount:
    """Make a live strategy on minutes that nothing has happened to, with its sub-account."""
    given = {"interval": "1m", "parameters": {"fast": 3, "slow": 8}, "created_at": NOW, **changes}
    strategy = Strategy.objects.create(
        account=account, strategy=name, symbol=symbol, investment=Decimal(deposit), **given
    )
    return SubAccount.objects.create(account=account, strategy=strategy, quote="USDT")


def load(row: SubAccount) -> LoadedSubAccount:
    """Build one from its rows as they are now."""
    return sub_accounts_load([row.pk], lock=False)[row.pk]


def store(*loaded: LoadedSubAccount, now: datetime = NOW) -> Sequence[StoredChanges]:
    """Store what has happened, or nothing: a test may go on after a refusal."""
    with transaction.atomic():
        return sub_accounts_store(loaded, now=now)


@transaction.atomic
def _funded(row: SubAccount, deposit: int) -> SubAccount:
    loaded = sub_accounts_load([row.pk], lock=True)[row.pk]
    loaded.engine.transfer_in(TransferredHoldings(quote=deposit * ONE))
    sub_accounts_store([loaded], now=NOW)
    return row
