"""What the exchange's filters refuse: each with a code for programs and a sentence for people.

The rules are Binance's LOT_SIZE, PRICE_FILTER, NOTIONAL, PERCENT_PRICE (also by side) and MAX_NUM_ORDERS
(https://developers.binance.com/docs/binance-spot-api-docs/filters). Ticks and steps are whole by their type.
"""

from decimal import Decimal

from streaming.events import Side
from trading.engine.amounts import decimal_of
from trading.engine.instrument import Instrument
from trading.engine.orders.order import OrderRequest
from trading.engine.orders.refusal import Refusal, RefusalCode
from trading.engine.orders.types import OrderType


def filter_refusal(instrument: Instrument, request: OrderRequest, *, market: int, open_orders: int) -> Refusal | None:
    """Return what refuses an order where the market is at `market` ticks and so many orders are open."""
    return (
        _quantity(request)
        or _prices(request)
        or maximum_orders_refusal(instrument, request, open_orders=open_orders)
        or _price_band(instrument, request, market)
        or _size(instrument, request, market)
    )


def _quantity(request: OrderRequest) -> Refusal | None:
    if request.quantity > 0 and not request.quote_amount:
        return None
    if request.quote_amount > 0 and not request.quantity and not request.type.has_price:
        return None
    message = "an order has a positive quantity, or a market order a positive amount of quote instead"
    return Refusal(RefusalCode.QUANTITY, message)


def _prices(request: OrderRequest) -> Refusal | None:
    return _price("price", request.price, request, is_wanted=request.type.has_price) or _price(
        "stop_price", request.stop_price, request, is_wanted=request.type.has_stop_price
    )


def _price(name: str, price: int, request: OrderRequest, *, is_wanted: bool) -> Refusal | None:
    if is_wanted and price <= 0:
        return Refusal(RefusalCode.PRICE, f"{name} must be greater than 0 in an order of type {request.type}")
    if price and not is_wanted:
        return Refusal(RefusalCode.PRICE, f"an order of type {request.type} takes no {name}")
    return None


def maximum_orders_refusal(instrument: Instrument, request: OrderRequest, *, open_orders: int) -> Refusal | None:
    """Return what refuses an order where the account has so many of the symbol; one at the market never rests."""
    if request.type is OrderType.MARKET:
        return None
    message = maximum_orders_fault(instrument, 1, open_orders=open_orders)
    return None if message is None else Refusal(RefusalCode.MAXIMUM_ORDERS, message)


def maximum_orders_fault(instrument: Instrument, more: int, *, open_orders: int) -> str | None:
    """Return what is said where so many `more` orders of a symbol are too many; None where they aren't."""
    most = instrument.maximum_orders
    if most is None or open_orders + more <= most:
        return None
    return f"{instrument.symbol} allows {most} open orders of an account; {open_orders} are open, or kept for grids"


def _price_band(instrument: Instrument, request: OrderRequest, market: int) -> Refusal | None:
    band = instrument.buy_band if request.side is Side.BUY else instrument.sell_band
    if band is None or not request.price:
        return None
    lowest, highest = band.lowest * market, band.highest * market
    if lowest <= request.price <= highest:
        return None
    shown = [format(instrument.tick_size * bound, "f") for bound in (lowest, highest)]
    message = f"price must be between {shown[0]} and {shown[1]} while the market is at {instrument.price(market)}"
    return Refusal(RefusalCode.PERCENT_PRICE, message)


def _size(instrument: Instrument, request: OrderRequest, market: int) -> Refusal | None:
    """Return what refuses an order for its size; of one for an amount of quote, as it would be at its price of now."""
    price, steps = request.price or request.stop_price or market, request.quantity
    if request.quote_amount:
        unit = instrument.notional(price, 1)
        steps = max(1, request.quote_amount // unit) if unit else 1  # what is less than a step expires, and says so
    notional = request.notional(instrument, market)
    return least_refusal(instrument, steps, notional) or most_refusal(instrument, steps)


def least_refusal(
    instrument: Instrument, steps: int, notional: int, *, subject: str = "the order is"
) -> Refusal | None:
    """Return what refuses an order of so many steps, worth an amount of quote, as too small."""
    is_worth_enough = notional >= instrument.minimum_amount
    if steps < instrument.minimum_steps and (instrument.minimum_steps > 1 or is_worth_enough):
        return _of_quantity(instrument, steps, instrument.minimum_steps, f"{subject} for", "least")
    if is_worth_enough:
        return None
    least, value = _shown(instrument.minimum_notional), _shown(decimal_of(notional))
    message = f"{subject} worth {value} {instrument.quote}; the least is {least}"
    return Refusal(RefusalCode.MINIMUM_NOTIONAL, message)


def most_refusal(instrument: Instrument, steps: int, *, subject: str = "the order is") -> Refusal | None:
    """Return what refuses an order of so many steps as too large."""
    most = instrument.maximum_steps
    return None if most is None or steps <= most else _of_quantity(instrument, steps, most, f"{subject} for", "most")


def least_order(instrument: Instrument, *, worth: str = "") -> str:
    """Return what an order must be of at least, in words, such as `0.0001 BTC and 5 USDT`, or `… and worth 5 USDT`."""
    quantity = f"{_shown(instrument.quantity(instrument.minimum_steps))} {instrument.base}"
    notional = f"{worth}{instrument.minimum_notional:f} {instrument.quote}"
    if instrument.minimum_steps == 1:
        return notional
    return f"{quantity} and {notional}" if instrument.minimum_amount else quantity


def _of_quantity(instrument: Instrument, steps: int, bound: int, what: str, which: str) -> Refusal:
    quantity, bounding = (_shown(instrument.quantity(each)) for each in (steps, bound))
    return Refusal(RefusalCode.QUANTITY, f"{what} {quantity} {instrument.base}; the {which} is {bounding}")


def _shown(value: Decimal) -> str:
    return format(value.normalize(), "f")
