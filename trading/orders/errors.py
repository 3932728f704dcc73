"""What is refused of orders, in one wording for every interface.

CommandRefusedError
├── OrderNotFoundError        NOT_FOUND, there is no such order, or it is another's
├── OrderConflictError        CONFLICT, not possible as things are now: funds, limits, an order that has ended
├── TradingHaltedError        KILL_SWITCH_ACTIVE, the kill switch lets it not pass
└── WrongParametersError      VALIDATION_ERROR, of streaming's commands
    └── FilteredOrderError    what the exchange's filters refuse

The sentence of what a limit or the market refuses ends with its code in brackets: `… the most is 1000 (ORDER_SIZE)`.
"""

from streaming.commands.errors import CommandRefusedError, WrongParametersError
from streaming.commands.outcome import CommandErrorCode
from trading.engine.orders.refusal import Refusal, RefusalCode
from trading.engine.risk.gate import SWITCHED_LEVELS, RiskRefusal
from trading.engine.risk.levels import TradingLevel

_FIELDS = {
    RefusalCode.QUANTITY: "quantity",
    RefusalCode.PRICE: "price",
    RefusalCode.PERCENT_PRICE: "price",
    RefusalCode.MINIMUM_NOTIONAL: "quantity",
}
"""Which parameter it is that the exchange's filters refuse; what isn't among them is possible at another time."""


class OrderNotFoundError(CommandRefusedError):
    """There is no such order for whoever asks."""

    def __init__(self) -> None:
        super().__init__(CommandErrorCode.NOT_FOUND, "Not found")


class OrderConflictError(CommandRefusedError):
    """It can't be done as things are; `rule` is the code of the limit or the filter, where it is one's."""

    def __init__(self, message: str, rule: str = "") -> None:
        super().__init__(CommandErrorCode.CONFLICT, f"{message} ({rule})" if rule else message)
        self.sentence = message
        self.rule = rule


class FilteredOrderError(WrongParametersError):
    """The exchange's filters don't take a parameter; `rule` is the filter's code."""

    def __init__(self, field: str, message: str, rule: str) -> None:
        super().__init__({field: message})
        self.sentence = message
        self.rule = rule


class TradingHaltedError(CommandRefusedError):
    """The kill switch is active, at a `level`."""

    def __init__(self, message: str, reason: str, level: TradingLevel) -> None:
        self.sentence = f"{message}: {reason}" if reason else message
        self.rule = CommandErrorCode.KILL_SWITCH_ACTIVE.value
        self.level = level
        super().__init__(CommandErrorCode.KILL_SWITCH_ACTIVE, self.sentence)


def refused_by_exchange(refusal: Refusal, *, quantity_field: str = "quantity") -> CommandRefusedError:
    """Return the refusal of what the exchange's filters, or the balances, don't allow."""
    field = _FIELDS.get(refusal.code)
    if field is None:
        return OrderConflictError(refusal.message, refusal.code.value)
    name = quantity_field if field == "quantity" else field
    return FilteredOrderError(name, refusal.message, refusal.code.value)


def refused_by_risk(refusal: RiskRefusal, *, reason: str) -> CommandRefusedError:
    """Return the refusal of what a limit doesn't allow, or the kill switch, which was activated for a `reason`."""
    level = SWITCHED_LEVELS.get(refusal.code)
    if level is not None:
        return TradingHaltedError(_capitalised(refusal.message), reason, level)
    return OrderConflictError(_capitalised(refusal.message), refusal.code.value)


def _capitalised(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
