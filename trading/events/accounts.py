"""What users are told of their accounts: balances, and all that they hold at present prices."""

from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

import msgspec

from streaming.events import MeasuredEvent, NamedEvent, Side, UserEvent
from trading.engine.orders.types import OrderType
from trading.engine.risk.levels import TradingLevel


class Position(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a user holds of one symbol; prices and profit in its quote asset.

    `average_price` is what it cost; `price` and `unrealized_pnl` are None while no price of the market is known.
    """

    symbol: str
    quantity: Decimal
    average_price: Decimal
    price: Decimal | None
    unrealized_pnl: Decimal | None


class Portfolio(MeasuredEvent, frozen=True, kw_only=True, tag="portfolio"):
    """All that a user holds, at present prices, of `portfolio:<user>`.

    Quote assets count as equal to each other: `quote_assets` are those of which something is in these sums. `equity` is
    `balance`, what is held of quote assets, and the positions at their prices, or at what they cost while no price is
    known; `unrealized_pnl` is of those that have one. `drawdown` is by how many per cent it is below the most that it
    ever was.
    """

    frame_type: ClassVar[str] = "portfolio"
    is_held: ClassVar[bool] = True

    equity: Decimal
    balance: Decimal
    unrealized_pnl: Decimal
    realized_pnl: Decimal
    positions: tuple[Position, ...]
    drawdown: Decimal = Decimal(0)
    quote_assets: tuple[str, ...] = ()

    def value_of(self, field: str, symbol: str) -> Decimal | None:
        """Return what a rule looks at: `equity`, `drawdown`, or the `unrealized_pnl` of a symbol."""
        match field:
            case "equity":
                return self.equity
            case "drawdown":
                return self.drawdown
            case "unrealized_pnl":
                held = (position.unrealized_pnl for position in self.positions if position.symbol == symbol)
                return next(held, Decimal(0))
        return None


class AccountMode(StrEnum):
    """Whose money it is: nobody's, the exchange's test network's, or real money."""

    PAPER = "paper"
    TESTNET = "testnet"
    LIVE = "live"


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """What an account holds of one asset; `locked` is bound in open orders and in grids."""

    asset: str
    free: Decimal
    locked: Decimal


class Account(UserEvent, frozen=True, kw_only=True, tag="account"):
    """The balances of one of a user's accounts, of `account:<user>`; `trading` is what may be ordered."""

    frame_type: ClassVar[str] = "account"
    is_held: ClassVar[bool] = True

    account: str
    mode: AccountMode
    demo: bool
    balances: tuple[Balance, ...]
    trading: TradingLevel = TradingLevel.ACTIVE

    @property
    def state_of(self) -> str:
        """The account's id."""
        return self.account


class AccountRiskEvent(StrEnum):
    """What a risk check came to."""

    REJECTED = "rejected"


class AccountRisk(NamedEvent, frozen=True, kw_only=True, tag="account_risk"):
    """An order by hand of the account with the id `account` was refused, and why: it was never placed.

    `code` is of a limit, the kill switch (at the `level` that it holds), a filter of the exchange, or the funds.
    """

    event: AccountRiskEvent = AccountRiskEvent.REJECTED
    account: str
    check: str
    passed: bool
    code: str
    message: str
    level: TradingLevel = TradingLevel.ACTIVE
    symbol: str
    side: Side
    type: OrderType
    client_order_id: str | None = None
