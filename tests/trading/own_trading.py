"""Rows of what trades, as they are when nothing was executed yet."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple

from accounts.models import User
from streaming.market.models import Symbol
from tests.trading.market import SYMBOL, symbol_listed
from trading.accounts.services import default_account_ensure
from trading.models import Grid, Order, Strategy, SubAccount, TradingAccount

NOW = datetime(2026, 11, 1, tzinfo=UTC)
PARAMETERS = {"lower_price": "90000", "upper_price": "100000", "grid_count": 10, "investment": "1000"}


class OwnTrading(NamedTuple):
    """A user's account, an open order, a grid and a strategy that have not begun."""

    account: TradingAccount
    order: Order
    grid: Grid
    strategy: Strategy


def own_trading(owner: User) -> OwnTrading:
    """Store an account of a user, with a stop order by hand, and a grid and a strategy without money."""
    if not Symbol.objects.filter(name=SYMBOL).exists():
        symbol_listed()
    account = default_account_ensure(owner_id=owner.pk, now=NOW)
    hand = SubAccount.objects.get(account=account, quote="USDT", grid=None, strategy=None)
    hand.placed = 1
    hand.save()
    order = Order.objects.create(
        account=account,
        sub_account=hand,
        number=1,
        client_order_id="one",
        symbol=SYMBOL,
        side="sell",
        type="stop",
        time_in_force="gtc",
        quantity=Decimal("0.01"),
        stop_price=Decimal(90000),
        placed_at=NOW,
        updated_at=NOW,
    )
    grid = Grid.objects.create(
        account=account,
        symbol=SYMBOL,
        parameters=PARAMETERS,
        investment=Decimal(0),
        fee_rate=Decimal("0.001"),
        created_at=NOW,
    )
    SubAccount.objects.create(account=account, grid=grid, quote="USDT")
    strategy = Strategy.objects.create(
        account=account,
        strategy="ma_cross",
        symbol=SYMBOL,
        interval="1m",
        parameters={"fast": 3, "slow": 8},
        investment=Decimal(0),
        created_at=NOW,
    )
    SubAccount.objects.create(account=account, strategy=strategy, quote="USDT")
    return OwnTrading(account, order, grid, strategy)
