"""The events of one user: what only the user and staff may read.

Made by `make format` from the server's declarations; `make check` fails where it is out of date.
"""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

import msgspec

from tidewire_client.events.base import Event
from tidewire_client.events.values import OrderType, Side, TradingLevel


class NotificationKind(StrEnum):
    """What a notification is about."""

    ALERT = "alert"
    ORDER = "order"
    GRID = "grid"
    STRATEGY = "strategy"
    BACKTEST = "backtest"
    WALLET = "wallet"
    SYSTEM = "system"


class Severity(StrEnum):
    """How much a notification matters."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class Notification(Event, frozen=True, kw_only=True):
    """A stored notification; `seq` counts those of its user, `rule` is the alert rule that made it, if one did."""

    kind: ClassVar[str] = "notification"
    own_time: ClassVar[str] = "created"

    id: int
    seq: int
    about: NotificationKind = msgspec.field(name="kind")
    severity: Severity
    title: str
    body: str
    data: Mapping[str, Any] = {}
    rule: int | None = None
    read: bool = False


class AlertOperator(StrEnum):
    """How a rule compares."""

    ABOVE = "above"
    AT_LEAST = "at_least"
    BELOW = "below"
    CROSSING = "crossing"
    CROSSING_UP = "crossing_up"
    CROSSING_DOWN = "crossing_down"
    ENTERING = "entering"
    LEAVING = "leaving"
    INSIDE = "inside"
    OUTSIDE = "outside"
    MOVING_UP = "moving_up"
    MOVING_DOWN = "moving_down"


class AlertState(StrEnum):
    """What a rule does now."""

    ARMED = "armed"
    PENDING = "pending"
    FIRING = "firing"
    COOLING = "cooling"
    SNOOZED = "snoozed"
    EXPIRED = "expired"
    ERROR = "error"
    NO_DATA = "no_data"


class Alert(Event, frozen=True, kw_only=True):
    """A rule fired at `value`, after `previous`; `late` where the moment fell into an outage.

    `symbol` is None for a rule on all that its owner holds, `threshold` for one on a range.
    """

    kind: ClassVar[str] = "alert"
    own_time: ClassVar[str] = "firedAt"

    rule: int
    name: str
    symbol: str | None = None
    source: str
    operator: AlertOperator
    value: Decimal
    threshold: Decimal | None = None
    previous: Decimal | None = None
    state: AlertState
    late: bool = False
    simulated: bool = False


class Position(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a user holds of one symbol; prices and profit in its quote asset.

    `average_price` is what it cost; `price` and `unrealized_pnl` are None while no price of the market is known.
    """

    symbol: str
    quantity: Decimal
    average_price: Decimal
    price: Decimal | None
    unrealized_pnl: Decimal | None


class Portfolio(Event, frozen=True, kw_only=True, rename="camel"):
    """All that a user holds, at present prices, of `portfolio:<user>`.

    Quote assets count as equal to each other: `quote_assets` are those of which something is in these sums.
    `equity` is `balance`, what is held of quote assets, and the positions at their prices, or at what they cost
    while no price is known; `unrealized_pnl` is of those that have one. `drawdown` is by how many per cent it is
    below the most that it ever was.
    """

    kind: ClassVar[str] = "portfolio"

    equity: Decimal
    balance: Decimal
    unrealized_pnl: Decimal
    realized_pnl: Decimal
    positions: tuple[Position, ...]
    drawdown: Decimal = Decimal(0)
    quote_assets: tuple[str, ...] = ()


class TimeInForce(StrEnum):
    """How long an order holds: until cancelled; what can be executed at once; at once and whole, or not at all."""

    GOOD_TILL_CANCELLED = "gtc"
    IMMEDIATE_OR_CANCEL = "ioc"
    FILL_OR_KILL = "fok"


class OrderStatus(StrEnum):
    """How far an order is. One that has expired is `cancelled`, with a reason."""

    NEW = "new"
    PARTIALLY_FILLED = "partially_filled"
    FILLED = "filled"
    CANCELLED = "cancelled"
    REJECTED = "rejected"


class Order(Event, frozen=True, kw_only=True, rename="camel"):
    """An order as it is now, of `orders:<user>`; a market order has no price, one that no bot placed no instance.

    `quantity` is what was asked for, of a market order for an amount of quote (`quote_quantity`) what it came to
    so far; `average_price` is that of what is filled; `reason` tells why an order was rejected, has expired or
    was cancelled.
    """

    kind: ClassVar[str] = "order"

    id: str
    client_order_id: str
    account: str
    symbol: str
    side: Side
    type: OrderType
    time_in_force: TimeInForce = TimeInForce.GOOD_TILL_CANCELLED
    price: Decimal | None = None
    stop_price: Decimal | None = None
    quantity: Decimal
    quote_quantity: Decimal | None = None
    filled: Decimal
    average_price: Decimal | None = None
    status: OrderStatus
    reason: str | None = None
    instance: str | None = None


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


class Account(Event, frozen=True, kw_only=True):
    """The balances of one of a user's accounts, of `account:<user>`; `trading` is what may be ordered."""

    kind: ClassVar[str] = "account"

    account: str
    mode: AccountMode
    demo: bool
    balances: tuple[Balance, ...]
    trading: TradingLevel = TradingLevel.ACTIVE


class WalletChange(StrEnum):
    """What happened to a wallet."""

    BALANCE = "balance"
    TRANSACTION = "transaction"


class WalletActivity(Event, frozen=True, kw_only=True, rename="camel"):
    """A wallet's balance changed, or a transaction touched it, of `wallet:<address>`; amounts in units of `asset`.

    `asset` is a symbol; `token` is the address of the contract whose it is, None for the chain's own coin.
    `change` is negative for what went out, `log_index` the place of a token's transfer among the logs of its
    block; `retracted` says that a reorganisation took it back. A balance is that after `block`; where it is
    `outdated`, blocks have changed it since, and it is being read anew.
    """

    kind: ClassVar[str] = "wallet"

    chain: str
    address: str
    label: str
    happened: WalletChange = msgspec.field(name="event")
    asset: str
    token: str | None = None
    balance: Decimal | None = None
    change: Decimal | None = None
    tx: str | None = None
    log_index: int | None = None
    block: int | None = None
    retracted: bool = False
    outdated: bool = False


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


class Replacement(StrEnum):
    """What another transaction of the same sender and nonce does: the same for more gas, nothing, or something else."""

    SPEED_UP = "speed_up"
    CANCEL = "cancel"
    OTHER = "other"


class TransactionState(Event, frozen=True, kw_only=True, rename="camel"):
    """A watched transaction as it is now, of `tx:<hash>`; what isn't known yet is None.

    `value` and `fee` are in the chain's own unit. `replacement` is what the transaction that took its nonce does.
    `wallets` are the addresses of the watcher's wallets that it touches, without those that were added after its
    block.
    """

    kind: ClassVar[str] = "transaction"

    chain: str
    hash: str
    status: TransactionStatus
    confirmations: int = 0
    required: int
    block: int | None = None
    replaced_by: str | None = None
    replacement: Replacement | None = None
    sender: str | None = msgspec.field(name="from", default=None)
    recipient: str | None = msgspec.field(name="to", default=None)
    value: Decimal | None = None
    fee: Decimal | None = None
    wallets: tuple[str, ...] = ()


USER_EVENTS = (Notification, Alert, Portfolio, Order, Account, WalletActivity, TransactionState)
