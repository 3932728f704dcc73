"""Placing, cancelling and finding orders, for commands and REST."""

from streaming.commands.errors import PermissionDeniedError
from streaming.commands.use_cases import Caller, HubOfProcess, UseCase
from streaming.identity.scopes import Scope
from streaming.times import written_time
from trading.live.actors import actor_of
from trading.live.markets import TradedMarket, traded_market
from trading.orders import services
from trading.orders.access import MAY_CHANGE, MAY_PLACE, MAY_VIEW, reached
from trading.orders.answers import (
    CancelAllAfterAnswer,
    CancelledAnswer,
    OrderAnswer,
    OrderPreviewAnswer,
    OrdersAnswer,
    order_answer,
    order_preview_answer,
    orders_answer,
)
from trading.orders.parameters import CancelAllAfter, NewOrder, OrderName, OrderQuery, OrdersCancelled
from trading.orders.preview import order_preview
from trading.orders.refused_orders import refused_order_tell
from trading.orders.selectors import orders_page

_THROTTLE = "THROTTLE_ORDERS"
_THROTTLE_PREVIEWS = "THROTTLE_ORDER_PREVIEWS"


async def _market(_: Caller, hub: HubOfProcess, given: NewOrder) -> TradedMarket:
    return await traded_market(hub, "symbol", given.symbol_name)


def _place(caller: Caller, given: NewOrder, market: TradedMarket) -> OrderAnswer:
    """Place an order, which is executed against the live market; it is answered before it is executed."""
    order = services.order_place(
        actor=actor_of(caller), owner_id=caller.user_id, given=given, market=market, now=caller.now
    )
    return order_answer(order, caller.write_time)


def _preview(caller: Caller, given: NewOrder, market: TradedMarket) -> OrderPreviewAnswer:
    """Tell what would refuse an order if it were placed now, in the words of the refusal."""
    refusals = order_preview(owner_id=caller.user_id, given=given, market=market, now=caller.now)
    may_place = caller.may(MAY_PLACE.name)
    return order_preview_answer(refusals if may_place else [PermissionDeniedError(), *refusals])


def _cancel(caller: Caller, given: OrderName) -> OrderAnswer:
    """Cancel an open order."""
    order = reached(caller, given, MAY_CHANGE)
    cancelled = services.order_cancel(actor=actor_of(caller), order=order, now=caller.now)
    return order_answer(cancelled, caller.write_time)


def _cancel_all(caller: Caller, given: OrdersCancelled) -> CancelledAnswer:
    """Cancel one's open orders, those of grids and strategies aside."""
    cancelled = services.orders_cancel_all(actor=actor_of(caller), owner_id=caller.user_id, given=given, now=caller.now)
    return CancelledAnswer(cancelled=cancelled)


def _cancel_all_after(caller: Caller, given: CancelAllAfter) -> CancelAllAfterAnswer:
    """Have all open orders of an account cancelled after so many seconds, unless asked again before; 0 disarms."""
    at = services.orders_cancel_all_after(actor=actor_of(caller), owner_id=caller.user_id, given=given, now=caller.now)
    return CancelAllAfterAnswer(at=written_time(at, caller.write_time))


def _list(caller: Caller, query: OrderQuery) -> OrdersAnswer:
    """List one's orders, the newest first."""
    return orders_answer(orders_page(owner_id=caller.user_id, query=query), caller.write_time)


def _get(caller: Caller, given: OrderName) -> OrderAnswer:
    """Return an order as it is now."""
    return order_answer(reached(caller, given, MAY_VIEW), caller.write_time)


PLACE_ORDER = UseCase(
    parameters=NewOrder,
    act=_place,
    gather=_market,
    refused=refused_order_tell,
    answer=OrderAnswer,
    access=MAY_PLACE,
    changes=True,
    throttle=_THROTTLE,
    scope=Scope.TRADE,
    status=201,
)
PREVIEW_ORDER = UseCase(
    parameters=NewOrder, act=_preview, gather=_market, answer=OrderPreviewAnswer, throttle=_THROTTLE_PREVIEWS
)
CANCEL_ORDER = UseCase(
    parameters=OrderName,
    act=_cancel,
    answer=OrderAnswer,
    others=MAY_CHANGE,
    changes=True,
    throttle=_THROTTLE,
    scope=Scope.TRADE,
)
CANCEL_ALL_ORDERS = UseCase(
    parameters=OrdersCancelled,
    act=_cancel_all,
    answer=CancelledAnswer,
    changes=True,
    throttle=_THROTTLE,
    scope=Scope.TRADE,
)
CANCEL_ALL_ORDERS_AFTER = UseCase(
    parameters=CancelAllAfter,
    act=_cancel_all_after,
    answer=CancelAllAfterAnswer,
    changes=True,
    throttle=_THROTTLE,
    scope=Scope.TRADE,
)
LIST_ORDERS = UseCase(parameters=OrderQuery, act=_list, answer=OrdersAnswer)
GET_ORDER = UseCase(parameters=OrderName, act=_get, answer=OrderAnswer, others=MAY_VIEW)
