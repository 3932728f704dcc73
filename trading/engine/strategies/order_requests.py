"""How a strategy's order becomes one that the exchange takes: in ticks and steps, rounded as `broker.py` says."""

from decimal import Decimal

import msgspec

from streaming.events import Side
from trading.engine.accounts.settlement import Settlement
from trading.engine.amounts import amount_below
from trading.engine.instrument import Instrument, Rounding
from trading.engine.orders.order import OrderRequest
from trading.engine.orders.types import OrderType, TimeInForce

_TYPES = {
    (False, False): OrderType.MARKET,
    (True, False): OrderType.LIMIT,
    (False, True): OrderType.STOP,
    (True, True): OrderType.STOP_LIMIT,
}

_MOST_WHOLE, _MOST_AMOUNT = 2**63 - 1, 2**159 - 1
"""The most ticks or steps, and the highest amount, that an order can ask for: a result keeps them in so many bits."""
_LONGEST_GROUP = 64


class OrderTerms(msgspec.Struct, frozen=True):
    """What a strategy asks for: a `quantity` of base, or a `quote_amount`; prices in quote.

    With `price` a limit, with `stop_price` a stop. What is executed of one order of a `group` cancels its others.
    """

    quantity: Decimal | None
    quote_amount: Decimal | None
    price: Decimal | None
    stop_price: Decimal | None
    time_in_force: TimeInForce
    post_only: bool
    group: str


def order_request(settlement: Settlement, instrument: Instrument, side: Side, terms: OrderTerms) -> OrderRequest:
    """Return what is asked of the exchange, without a name as yet.

    Raise `ValueError` for neither or both amounts, a type of order that there isn't, a number too large for one, or a
    group that no row can hold.
    """
    _check_group(terms.group)
    if (terms.quantity is None) is (terms.quote_amount is None):
        raise ValueError("an order takes a quantity or a quote_amount, and not both")
    towards = Rounding.DOWN if side is Side.BUY else Rounding.UP
    limit = 0 if terms.price is None else instrument.ticks(terms.price, towards)
    stop = 0 if terms.stop_price is None else instrument.ticks(terms.stop_price, towards)
    steps, amount = _size(settlement, instrument, side, terms, limit)
    request = OrderRequest(
        client_order_id="",
        side=side,
        type=_type_of(terms),
        quantity=steps,
        quote_amount=amount,
        price=limit,
        stop_price=stop,
        time_in_force=terms.time_in_force,
        cancel_group=terms.group,
    )
    _check_size(request)
    return request


def limit_request(
    settlement: Settlement, instrument: Instrument, side: Side, *, quantity: Decimal, price: Decimal
) -> OrderRequest:
    """Return what is asked of the exchange by a limit order that waits; raise as `order_request` does."""
    terms = OrderTerms(quantity, None, price, None, TimeInForce.GOOD_TILL_CANCELLED, post_only=False, group="")
    return order_request(settlement, instrument, side, terms)


def _size(settlement: Settlement, instrument: Instrument, side: Side, terms: OrderTerms, limit: int) -> tuple[int, int]:
    """Return the steps, and the amount of quote that isn't known in steps: that of an order without a limit."""
    if terms.quantity is not None:
        return instrument.steps(terms.quantity, Rounding.DOWN), 0
    amount = 0 if terms.quote_amount is None else amount_below(terms.quote_amount)
    return (settlement.steps_for(amount, side, limit), 0) if limit > 0 else (0, amount)


def _check_size(request: OrderRequest) -> None:
    """Raise `ValueError` that names what is more than an order can ask for."""
    for name in ("quantity", "price", "stop_price"):
        if abs(getattr(request, name)) > _MOST_WHOLE:
            raise ValueError(f"{name} is too large for an order")
    if abs(request.quote_amount) > _MOST_AMOUNT:
        raise ValueError("quote_amount is too large for an order")


def _check_group(group: str) -> None:
    if len(group) > _LONGEST_GROUP or not group.isprintable():
        raise ValueError(f"a group is named by at most {_LONGEST_GROUP} printable characters")


def _type_of(terms: OrderTerms) -> OrderType:
    order_type = _TYPES[terms.price is not None, terms.stop_price is not None]
    if not terms.post_only:
        return order_type
    if order_type is not OrderType.LIMIT:
        raise ValueError("only an order with a price, and no stop_price, can be post_only")
    return OrderType.LIMIT_MAKER
