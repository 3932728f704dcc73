"""Who may do what with orders: users with their own, staff with those of others as far as the admin lets them."""

from streaming.commands.access import Permission, StaffPermission
from streaming.commands.use_cases import Caller
from trading.models import Order
from trading.orders.parameters import OrderName
from trading.orders.selectors import order_reached

MAY_PLACE = Permission("trading.add_order")
MAY_VIEW = StaffPermission("trading.view_order")
MAY_CHANGE = StaffPermission("trading.change_order")
"""What staff need, as in the admin, for the orders of others."""


def reached(caller: Caller, given: OrderName, others: StaffPermission) -> Order:
    """Return an order of the caller's own, or another's where the caller is one of those `others`.

    Raise `OrderNotFoundError` for any other: whether there is such a one is nobody else's business.
    """
    return order_reached(reader=caller.reader(others), given=given)
