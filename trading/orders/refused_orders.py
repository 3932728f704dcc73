"""What is told of an order that was refused: `account.<id>.risk`, and a line of the system's log, as grids tell theirs.

Such an order was never one: it has no row, and therefore no event on `orders:`.
"""

from decimal import Decimal

import msgspec
from django.db import transaction

from streaming.commands.errors import CommandRefusedError
from streaming.commands.use_cases import Caller
from streaming.events import BaseEvent, LogLevel, log_line
from streaming.numbers import in_plain_notation
from streaming.stored_events.event_outbox import PendingEvent
from streaming.times import milliseconds
from trading.accounts.services import default_account_ensure
from trading.engine.risk.levels import TradingLevel
from trading.events import AccountRisk
from trading.live.changing import wake_worker
from trading.live.events.outbox import OUTBOX
from trading.orders.errors import FilteredOrderError, OrderConflictError, TradingHaltedError
from trading.orders.parameters import NewOrder

_CHECK = "order"
_Refusal = FilteredOrderError | OrderConflictError | TradingHaltedError


@transaction.atomic
def refused_order_tell(caller: Caller, given: NewOrder, error: CommandRefusedError) -> None:
    """Store that a rule refuses an order, by its code and its sentence; the trading worker publishes it.

    A rule is a limit, the kill switch, a filter of the exchange's, or the funds. What is only mistyped is no risk.
    Where nothing was told for so long that `OUTBOX.has_room` no more for the caller, the answer alone says it.
    """
    if not isinstance(error, _Refusal) or not error.rule or not OUTBOX.has_room(caller.user_id):
        return
    now = caller.now
    account = given.account or default_account_ensure(owner_id=caller.user_id, now=now).pk
    refused = _RefusedOrder(owner=str(caller.user_id), account=account, given=given, time=milliseconds(now))
    told = (refused.risk_event(error), refused.line(error))
    OUTBOX.append([PendingEvent(event=event, owner_id=caller.user_id) for event in told], now=now)
    transaction.on_commit(wake_worker)


class _RefusedOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order that was refused at `time` (ms), in the account with the id `account`."""

    owner: str
    account: str
    given: NewOrder
    time: int

    def risk_event(self, error: _Refusal) -> BaseEvent:
        """Return what the account's channel tells."""
        return AccountRisk(
            channel=f"account.{self.account}.risk",
            owner=self.owner,
            time=self.time,
            account=self.account,
            check=_CHECK,
            passed=False,
            code=error.rule,
            message=error.sentence,
            level=error.level if isinstance(error, TradingHaltedError) else TradingLevel.ACTIVE,
            symbol=self.given.symbol_name,
            side=self.given.side,
            type=self.given.type,
            client_order_id=self.given.client_order_id,
        )

    def line(self, error: _Refusal) -> BaseEvent:
        """Return the line of the log."""
        message = f"[REJECTED] {error.rule} {_described(self.given)}: {error.sentence}"
        return log_line(LogLevel.WARN, source=f"orders:{self.owner}", message=message, time=self.time, owner=self.owner)


def _described(given: NewOrder) -> str:
    """Return what was asked for: `BUY 0.01 BTCUSDT`, or `BUY BTCUSDT for 50`."""
    side = given.side.value.upper()
    if given.quote_quantity is not None:
        return f"{side} {given.symbol_name} for {in_plain_notation(given.quote_quantity)}"
    return f"{side} {in_plain_notation(given.quantity or Decimal(0))} {given.symbol_name}"
