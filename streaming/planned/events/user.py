"""The events of one user that no app tells yet. Field names on the wire are those of the contract."""

from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

import msgspec

from streaming.events import Side, UserEvent


class Position(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a user holds of one symbol; prices and profit in its quote asset."""

    symbol: str
    quantity: Decimal
    average_price: Decimal
    price: Decimal
    unrealized_pnl: Decimal


class Portfolio(UserEvent, frozen=True, kw_only=True, tag="portfolio"):
    """All that a user holds, at present prices, of `portfolio:<user>`."""

    frame_type: ClassVar[str] = "portfolio"
    is_held: ClassVar[bool] = True

    equity: Decimal
    balance: Decimal
    unrealized_pnl: Decimal
    realized_pnl: Decimal
    positions: tuple[Position, ...]


class OrderType(StrEnum):
    """How an order is executed."""

    LIMIT = "limit"
    MARKET = "market"


class OrderStatus(StrEnum):
    """How far an order is."""

    NEW = "new"
    PARTIALLY_FILLED = "partially_filled"
    FILLED = "filled"
    CANCELLED = "cancelled"
    REJECTED = "rejected"


class Order(UserEvent, frozen=True, kw_only=True, tag="order"):
    """An order as it is now, of `orders:<user>`; a market order has no price, one that no bot placed no instance."""

    frame_type: ClassVar[str] = "order"

    id: str
    client_order_id: str
    symbol: str
    side: Side
    type: OrderType
    price: Decimal | None = None
    quantity: Decimal
    filled: Decimal
    status: OrderStatus
    instance: str | None = None


class AccountMode(StrEnum):
    """Whose money it is: nobody's, the exchange's test network's, or real money."""

    PAPER = "paper"
    TESTNET = "testnet"
    LIVE = "live"


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """What an account holds of one asset; `locked` is bound in open orders."""

    asset: str
    free: Decimal
    locked: Decimal


class Account(UserEvent, frozen=True, kw_only=True, tag="account"):
    """The balances of an account, of `account:<user>`."""

    frame_type: ClassVar[str] = "account"
    is_held: ClassVar[bool] = True

    mode: AccountMode
    demo: bool
    balances: tuple[Balance, ...]


class WalletChange(StrEnum):
    """What happened to a wallet."""

    BALANCE = "balance"
    TRANSACTION = "transaction"


class WalletActivity(UserEvent, frozen=True, kw_only=True, tag="wallet"):
    """A wallet's balance changed, or a transaction touched it, of `wallet:<address>`; amounts in units of `asset`."""

    frame_type: ClassVar[str] = "wallet"

    chain: str
    address: str
    label: str
    change_kind: WalletChange = msgspec.field(name="event")
    asset: str
    balance: Decimal | None = None
    change: Decimal | None = None
    tx: str | None = None
    block: int | None = None


class TransactionStatus(StrEnum):
    """How far a transaction is."""

    SEEN = "seen"
    PENDING = "pending"
    CONFIRMING = "confirming"
    CONFIRMED = "confirmed"
    FINALIZED = "finalized"
    FAILED = "failed"
    REPLACED = "replaced"
    DROPPED = "dropped"
    RETRACTED = "retracted"


class TransactionState(UserEvent, frozen=True, kw_only=True, tag="transaction"):
    """A watched transaction as it is now, of `tx:<hash>`; what isn't known yet is None.

    `value` and `fee` are in the chain's own unit.
    """

    frame_type: ClassVar[str] = "transaction"

    chain: str
    hash: str
    status: TransactionStatus
    confirmations: int = 0
    required: int
    block: int | None = None
    replaced_by: str | None = None
    sender: str | None = msgspec.field(name="from", default=None)
    recipient: str | None = msgspec.field(name="to", default=None)
    value: Decimal | None = None
    fee: Decimal | None = None
