"""What an order would be refused for if it were placed now: by the same checks, in the same words."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial

from streaming.commands.errors import CommandRefusedError
from trading.accounts.services import account_for
from trading.engine.orders.refusal import RefusalCode
from trading.live.markets import TradedMarket
from trading.models import TradingAccount
from trading.orders.checks import OrderChecks
from trading.orders.parameters import NewOrder
from trading.orders.requests import order_request

_ONCE = tuple(f"({code})" for code in (RefusalCode.INSUFFICIENT_BALANCE, RefusalCode.MAXIMUM_ORDERS))
"""How the sentences end that two checks may say, of which one is enough: that money is missing, or room for orders."""


def order_preview(
    *, owner_id: int, given: NewOrder, market: TradedMarket, now: datetime
) -> Sequence[CommandRefusedError]:
    """Return all that would refuse an order, first what placing it would say; none where it would be taken.

    Raise `AccountNotFoundError` for another's account.
    """
    account = account_for(owner_id=owner_id, account_id=given.account, now=now)
    refusals: list[CommandRefusedError] = []
    for check in _checks(account, given, market, now):
        try:
            check()
        except CommandRefusedError as refusal:
            refusals.append(refusal)
    return _without_doubles(refusals)


def _checks(
    account: TradingAccount, given: NewOrder, market: TradedMarket, now: datetime
) -> Iterator[Callable[[], object]]:
    try:
        request = order_request(given, market.instrument)
    except CommandRefusedError as refusal:  # what lies between two ticks can't be asked for any further
        yield partial(_refuse, refusal)
        return
    yield partial(market.check_drives, account)
    checks = OrderChecks(account, market, request, lock=False, now=now)
    yield checks.risk
    yield checks.funds
    yield partial(checks.exchange, given)


def _refuse(refusal: CommandRefusedError) -> None:
    raise refusal


def _without_doubles(refusals: Sequence[CommandRefusedError]) -> Sequence[CommandRefusedError]:
    """Leave out what was said before by the same code, with how much it is."""
    kept: list[CommandRefusedError] = []
    for refusal in refusals:
        code = next((code for code in _ONCE if refusal.message.endswith(code)), None)
        if code is None or not any(one.message.endswith(code) for one in kept):
            kept.append(refusal)
    return kept
