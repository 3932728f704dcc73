"""What clients say of accounts."""

from decimal import Decimal
from typing import Annotated

from msgspec import Meta

from streaming.commands.parameters import Parameters
from streaming.commands.values import ABOVE, BELOW
from trading.parameters import Id, positive

Amount = Annotated[Decimal, positive(10**12)]
Part = Annotated[Decimal, Meta(extra={ABOVE: Decimal(0), BELOW: Decimal(1)})]


class AccountName(Parameters, frozen=True, kw_only=True):
    """Which account; by default the default one."""

    account: Id | None = None


class AccountLimits(AccountName, frozen=True, kw_only=True):
    """All limits of an account; one that isn't given, or null, holds nothing back.

    `order_size`, `position_size` and `daily_loss` are of quote; `price_collar` is a part of the market's price, such as
    0.1, from which no limit is farther away.
    """

    order_size: Amount | None = None
    position_size: Amount | None = None
    open_orders: Annotated[int, Meta(ge=1, le=100_000)] | None = None
    price_collar: Part | None = None
    orders_per_second: Annotated[int, Meta(ge=1, le=10_000)] | None = None
    daily_loss: Amount | None = None
