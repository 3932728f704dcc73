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
        or _minimum(instrument, request, market)
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


def _minimum(instrument: Instrument, request: OrderRequest, market: int) -> Refusal | None:
    notional = request.notional(instrument, market)
    if notional >= instrument.minimum_amount:
        return None
    least, value = _shown(instrument.minimum_notional), _shown(decimal_of(notional))
    message = f"the order is worth {value} {instrument.quote}; the least is {least}"
    return Refusal(RefusalCode.MINIMUM_NOTIONAL, message)


def _shown(value: Decimal) -> str:
    return format(value.normalize(), "f")
