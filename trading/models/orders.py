"""Orders, and their executions."""

from django.db import models
from django.db.models import Q

from streaming.database.choices import values_of
from streaming.database.constraints import not_negative
from streaming.database.exact_decimals import ExactDecimalField
from streaming.events import Side
from trading.engine.orders.state import OrderState
from trading.engine.orders.types import OrderType, TimeInForce
from trading.ids import new_order_id
from trading.models.accounts import SubAccount, TradingAccount
from trading.models.choices import LIQUIDITIES, ORDER_STATES, ORDER_TYPES, SIDES, TIMES_IN_FORCE
from trading.models.grids import OPEN_ORDERS


class Order(models.Model):
    """An order of a sub-account. Prices and quantities are the exchange's, 0 where it has none; amounts are of quote.

    `number` counts the orders of the sub-account. `locked` is what is set aside for it: of quote where it buys, of base
    where it sells. A stop `is_triggered` once the market has reached it. The worker has looked for what it can take
    from the book where it `is_taken`; `ahead` (of base) is what stood before it at its price. `refusal_code` and
    `refusal_message` are why it was rejected, has expired or was cancelled.
    """

    id = models.CharField(primary_key=True, max_length=20, default=new_order_id, editable=False)
    account = models.ForeignKey(TradingAccount, on_delete=models.CASCADE, related_name="orders")
    sub_account = models.ForeignKey(SubAccount, on_delete=models.CASCADE, related_name="orders")
    number = models.BigIntegerField()
    client_order_id = models.CharField(max_length=64)
    symbol = models.CharField(max_length=64)
    side = models.CharField(max_length=4, choices=SIDES)
    type = models.CharField(max_length=20, choices=ORDER_TYPES)
    time_in_force = models.CharField(max_length=3, choices=TIMES_IN_FORCE)
    quantity = ExactDecimalField(default=0)
    quote_amount = ExactDecimalField(default=0)
    price = ExactDecimalField(default=0)
    stop_price = ExactDecimalField(default=0)
    cancel_group = models.CharField(max_length=64, blank=True)
    placed_at = models.DateTimeField()

    state = models.CharField(max_length=20, choices=ORDER_STATES, default=OrderState.ACCEPTED.value)
    filled = ExactDecimalField(default=0)
    filled_notional = ExactDecimalField(default=0)
    fees_in_quote = ExactDecimalField(default=0)
    locked = ExactDecimalField(default=0)
    is_triggered = models.BooleanField(default=False)
    is_taken = models.BooleanField(default=False)
    ahead = ExactDecimalField(default=0)
    refusal_code = models.CharField(max_length=40, blank=True)
    refusal_message = models.CharField(max_length=500, blank=True)
    updated_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """How the model is shown and what always holds."""

        ordering = ["-placed_at", "-id"]
        indexes = [
            models.Index(fields=["account", "-placed_at"], name="order_of_account"),
            models.Index(fields=["placed_at"], name="order_by_time"),
            models.Index(fields=["client_order_id"], name="order_by_client_id"),
            models.Index(fields=["sub_account"], condition=Q(state__in=OPEN_ORDERS), name="order_open"),
            models.Index(fields=["symbol"], condition=Q(state__in=OPEN_ORDERS), name="order_open_by_symbol"),
            models.Index(fields=["ended_at"], condition=Q(ended_at__isnull=False), name="order_ended"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["account", "client_order_id"], name="order_client_id_is_unique"),
            models.UniqueConstraint(fields=["sub_account", "number"], name="order_number_is_unique"),
            models.CheckConstraint(
                condition=Q(
                    state__in=values_of(OrderState),
                    side__in=values_of(Side),
                    type__in=values_of(OrderType),
                    time_in_force__in=values_of(TimeInForce),
                ),
                name="order_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_ORDERS, ended_at__isnull=True)
                | (~Q(state__in=OPEN_ORDERS) & Q(ended_at__isnull=False)),
                name="order_end_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_ORDERS) | Q(locked="0"), name="order_that_ended_locks_nothing"
            ),
            not_negative("filled", name="order_filled_is_not_negative"),
            not_negative("locked", name="order_locked_is_not_negative"),
        ]

    def __str__(self) -> str:
        """Return the id and what was asked for."""
        return f"{self.id}: {self.side} {self.symbol}"


class Fill(models.Model):
    """One execution of an order. `notional` is of quote, `fee` of `fee_asset`; `realised` of quote, net of all fees.

    `number` counts the executions of the sub-account. `closed` are the lots that it gave away, each as
    `[opened_by, amount, cost]` with amounts as text.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="executions")
    sub_account = models.ForeignKey(SubAccount, on_delete=models.CASCADE, related_name="executions")
    number = models.BigIntegerField()
    symbol = models.CharField(max_length=64)
    side = models.CharField(max_length=4, choices=SIDES)
    price = ExactDecimalField()
    quantity = ExactDecimalField()
    notional = ExactDecimalField()
    fee = ExactDecimalField()
    fee_asset = models.CharField(max_length=20)
    liquidity = models.CharField(max_length=5, choices=LIQUIDITIES)
    realised = ExactDecimalField()
    closed = models.JSONField(default=list)
    time = models.DateTimeField()

    class Meta:
        """How the model is shown and what always holds."""

        ordering = ["-id"]
        indexes = [models.Index(fields=["sub_account", "-time"], name="fill_of_sub_account")]
        constraints = [
            models.UniqueConstraint(fields=["sub_account", "number"], name="fill_number_is_unique"),
            models.CheckConstraint(condition=Q(number__gt=0), name="fill_is_numbered"),
        ]

    def __str__(self) -> str:
        """Return what was executed."""
        return f"{self.side} {self.quantity} {self.symbol} at {self.price}"
