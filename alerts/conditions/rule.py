"""What a rule says, and what it remembers: the words that all parts of the alerts share. Pure.

Operators, states and severities are those of the wire (`streaming.events`). Values are exact decimals; only those of
indicators come from binary arithmetic.
"""

from decimal import Decimal
from enum import StrEnum

import msgspec

from alerts.conditions.line import Line
from alerts.events import AlertOperator, AlertState
from streaming.events import Interval, SignalAction, WalletField


class AlertSource(StrEnum):
    """What a condition looks at."""

    PRICE = "price"
    TICKER = "ticker"
    CANDLE = "candle"
    INDICATOR = "indicator"
    PORTFOLIO = "portfolio"
    WALLET = "wallet"
    STRATEGY = "strategy"


OCCASIONAL_SOURCES = frozenset({AlertSource.STRATEGY, AlertSource.WALLET})
"""Those of which something is told only when it happens: their silence says nothing."""
TRANSACTION_FIELDS = frozenset({WalletField.CONFIRMATIONS, WalletField.FAILED, WalletField.DROPPED})
"""The fields of wallets that are of a transaction, or of each one that touches a wallet."""
BETWEEN_MOMENTS = Decimal(-1)
"""What a momentary series falls back to after each value: less than any, as theirs are never negative."""
ANY_ACTION = "any"
"""The field of a series of signals, whatever they advise."""


def is_momentary(source: AlertSource, field: str) -> bool:
    """Return whether values are of a moment each, such as signals and transfers: between two of them there is none."""
    return source is AlertSource.STRATEGY or (source is AlertSource.WALLET and field != WalletField.BALANCE)


class TriggerPolicy(StrEnum):
    """How often a rule fires: once in its life, every time after a cool-down, or judged at each candle's close only."""

    ONCE = "once"
    EVERY_TIME = "every_time"
    ONCE_PER_CANDLE_CLOSE = "once_per_candle_close"


class Combine(StrEnum):
    """Whether all of a rule's conditions must hold, or any."""

    ALL = "all"
    ANY = "any"


RANGE_OPERATORS = frozenset(
    {AlertOperator.ENTERING, AlertOperator.LEAVING, AlertOperator.INSIDE, AlertOperator.OUTSIDE}
)
MOVE_OPERATORS = frozenset({AlertOperator.MOVING_UP, AlertOperator.MOVING_DOWN})
LEVEL_OPERATORS = frozenset(AlertOperator) - RANGE_OPERATORS - MOVE_OPERATORS
"""Those that compare with one level, which may be a line or another series."""
CROSSING_OPERATORS = frozenset({AlertOperator.CROSSING, AlertOperator.CROSSING_UP, AlertOperator.CROSSING_DOWN})
EDGE_OPERATORS = CROSSING_OPERATORS | {AlertOperator.ENTERING, AlertOperator.LEAVING}
"""True for a moment only: they need an earlier value."""


class Series(msgspec.Struct, frozen=True, kw_only=True, cache_hash=True):
    """A stream of values of one symbol.

    `field` names the value: `price` of a price; `price`, `bid`, `ask`, `open`, `high`, `low`, `change`,
    `change_percent`, `volume`, `quote_volume` of a ticker; `open`, `high`, `low`, `close`, `volume`, `quote_volume`,
    `trades` of a candle; an indicator's output; `equity`, `drawdown`, `unrealized_pnl` (of the symbol) of a portfolio,
    which is that of the user with the id `owner`; of signals the action that they advise, or `any`, the value being
    their confidence: those of the user's own `strategy`, or without one the public ones of the symbol; of a wallet a
    `WalletField`. That is of `watched`, an address or a transaction's hash on `chain`, as the user with the id `owner`
    watches it, and of an amount of the contract `token`, or the chain's coin; all in lower case. `parameters` are the
    indicator's, sorted by name. With `at_close` a value counts only when its candle of `interval` has closed.
    """

    source: AlertSource
    symbol: str
    field: str
    interval: Interval | None = None
    indicator: str = ""
    parameters: tuple[tuple[str, Decimal], ...] = ()
    at_close: bool = False
    owner: str = ""
    strategy: str = ""
    chain: str = ""
    watched: str = ""
    token: str = ""

    @property
    def is_momentary(self) -> bool:
        """Whether each value stands alone: what held at one is over before the next."""
        return is_momentary(self.source, self.field)

    @property
    def is_occasional(self) -> bool:
        """Whether nothing may be told for long."""
        return self.source in OCCASIONAL_SOURCES

    @property
    def key(self) -> str:
        """The series' name in the database, such as `indicator.BTCUSDT.1m.rsi.value.period=14.at_close`."""
        parts = [
            self.source.value,
            self.owner,
            self.symbol,
            self.interval.value if self.interval else "",
            self.indicator,
            self.strategy,
            *(self.chain, self.watched, self.token),
        ]
        parts += [self.field, *(f"{name}={value:f}" for name, value in self.parameters)]
        return ".".join([part for part in parts if part] + (["at_close"] if self.at_close else []))


class Condition(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One comparison of a series.

    `threshold`, or in its place a `line` or another series as the `level`, belongs to above, at least, below and
    crossing; `lower` and `upper` (both inside) to ranges; `amount` or `percent` (positive), with `window_seconds`, to
    moving. `hysteresis` (not negative, in the value's unit) is how far the value must come back before a level counts
    anew.
    """

    series: Series
    operator: AlertOperator
    threshold: Decimal | None = None
    line: Line | None = None
    level: Series | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    amount: Decimal | None = None
    percent: Decimal | None = None
    window_seconds: int | None = None
    hysteresis: Decimal = Decimal(0)

    @property
    def looked_at(self) -> tuple[Series, ...]:
        """The series whose values it needs."""
        return (self.series,) if self.level is None else (self.series, self.level)

    def operands(self) -> tuple[Decimal, ...]:
        """Return the numbers that its operator compares with; of a line and another series 0, how far to be above it.

        Raise `ValueError` where one is missing.
        """
        if self.operator in RANGE_OPERATORS:
            return self._given(self.lower), self._given(self.upper)
        if self.operator in MOVE_OPERATORS:
            return (self._given(self.amount if self.percent is None else self.percent),)
        return (self._given(self.threshold if self.line is None and self.level is None else Decimal(0)),)

    def _given(self, operand: Decimal | None) -> Decimal:
        if operand is None:
            raise ValueError(f"{self.operator.value} lacks its operand")
        return operand


class Rule(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What the evaluator must know of a rule. Times in ms since the epoch; `firings_left` None means without end."""

    id: int
    conditions: tuple[Condition, ...]
    combine: Combine = Combine.ALL
    trigger: TriggerPolicy = TriggerPolicy.ONCE
    cooldown_seconds: int = 0
    expires_at: int | None = None
    firings_left: int | None = None
    snoozed_until: int | None = None
    may_use_simulated: bool = False

    @property
    def series(self) -> tuple[Series, ...]:
        """What its conditions look at, each once."""
        return tuple(dict.fromkeys(series for condition in self.conditions for series in condition.looked_at))


class RuleMemory(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What must survive a restart.

    `holds` is for each condition whether it held at its last value (None: it has had none); an edge is over at once, so
    False stands for it. `suppressed` counts the times that it would have fired since the last firing, had it not been
    cooling down.
    """

    state: AlertState = AlertState.PENDING
    holds: tuple[bool | None, ...] = ()
    cooling_until: int | None = None
    suppressed: int = 0


class SignalDetails(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a signal says besides its confidence and its time.

    `id` is the same however often it is told; `given_by` is the registry's name of the strategy or model.
    """

    id: str
    given_by: str
    symbol: str
    action: SignalAction
    price: Decimal
    why: str = ""


class WalletDetails(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What an event of a wallet or a transaction says besides its value and its time; empty where there is none of it.

    `wallet` is its owner's label, or the address; `token` is the contract's address.
    """

    chain: str
    asset: str
    token: str
    wallet: str
    tx: str


class Point(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One value of a series, with the exchange's time in ms.

    Where it is a signal's confidence, it has that `signal`; where it is of a wallet, that `wallet`'s details. `counted`
    is the largest value of the same signal or transaction that was taken into account before. `level` is the value of
    the series that it was compared with. `told_at` is when it was told where that isn't its `time`: of a ticker's value
    that counts at a candle's close.
    """

    value: Decimal
    time: int
    simulated: bool = False
    signal: SignalDetails | None = None
    wallet: WalletDetails | None = None
    counted: Decimal | None = None
    level: Decimal | None = None
    told_at: int | None = None

    @property
    def moment_id(self) -> str:
        """What tells the moment of a momentary value again, however often it is told; empty where nothing does."""
        if self.signal is not None:
            return self.signal.id
        return "" if self.wallet is None else self.wallet.tx

    def is_same_value(self, other: "Point") -> bool:
        """Return whether it is the value of `other`, of which the details may not be known any more."""
        return (self.value, self.time, self.simulated) == (other.value, other.time, other.simulated)


class WindowsMemory(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the windows of a series must remember across a restart.

    `lowest` and `highest` are past values that can still be the extreme of a window, each with the time in ms until
    which it held, oldest first. `kept` says of each window, by its operator and its seconds, how many of the newest of
    those are its own.
    """

    lowest: tuple[tuple[int, Decimal], ...] = ()
    highest: tuple[tuple[int, Decimal], ...] = ()
    kept: tuple[tuple[AlertOperator, int, int], ...] = ()


class Firing(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A rule fired: at the value of its condition of number `condition`, after `previous`.

    `previous` is the value before; for a move within a window, the value from which it is measured. `late` where the
    moment fell into a gap, so that only the values before and after it are known. `suppressed` is how often it would
    have fired since its last firing. `operand` is the threshold, the price of the line or the value of the other series
    then, or the bound that was passed. `signal` or `wallet` are the details of the value that it fired at.
    """

    rule_id: int
    condition: int
    value: Decimal
    previous: Decimal | None
    operand: Decimal | None
    time: int
    late: bool = False
    simulated: bool = False
    suppressed: int = 0
    signal: SignalDetails | None = None
    wallet: WalletDetails | None = None
