"""What holds orders back: the limits of accounts, and the kill switch."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from streaming.database.choices import values_of
from streaming.database.constraints import not_negative
from streaming.database.exact_decimals import ExactDecimalField
from trading.engine.risk.levels import TradingLevel
from trading.events import KillSwitchScope
from trading.models.accounts import TradingAccount
from trading.models.choices import KILL_SWITCH_SCOPES, LEVELS


class RiskLimits(models.Model):
    """The limits of an account, none where empty: as the engine's `RiskLimits`, with amounts of quote as decimals."""

    account = models.OneToOneField(
        TradingAccount, on_delete=models.CASCADE, primary_key=True, related_name="risk_limits"
    )
    order_size = ExactDecimalField("largest order (of quote)", null=True, blank=True)
    position_size = ExactDecimalField("largest position (of quote)", null=True, blank=True)
    open_orders = models.PositiveIntegerField("most open orders", null=True, blank=True)
    price_collar = ExactDecimalField("price collar (a part of the market's price, such as 0.1)", null=True, blank=True)
    orders_per_second = models.PositiveIntegerField("most orders in a second", null=True, blank=True)
    daily_loss = ExactDecimalField("most that may be lost in a day (of quote)", null=True, blank=True)

    class Meta:
        """How the model is named, and that no limit is below zero."""

        verbose_name = "risk limits"
        verbose_name_plural = "risk limits"
        constraints = [
            not_negative("order_size", name="limit_of_order_size"),
            not_negative("position_size", name="limit_of_position_size"),
            not_negative("price_collar", name="limit_of_price_collar"),
            not_negative("daily_loss", name="limit_of_daily_loss"),
        ]

    def __str__(self) -> str:
        """Return whose limits they are."""
        return f"limits of {self.account_id}"


class KillSwitch(models.Model):
    """What may be ordered by all, by a user, or by a grid; the strictest holds, and where there is no row all may be.

    `instance` is a grid's id. Setting a level is an UPDATE of its row, which stays when trading is active again.
    `unfinished` is the number of the audit's row by which it was set, until what follows from that is done as well.
    """

    scope = models.CharField(max_length=8, choices=KILL_SWITCH_SCOPES)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="kill_switches"
    )
    instance = models.CharField(max_length=20, blank=True)
    level = models.CharField(max_length=11, choices=LEVELS, default=TradingLevel.ACTIVE.value)
    reason = models.CharField(max_length=500, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField()
    unfinished = models.BigIntegerField(null=True, blank=True, editable=False)

    class Meta:
        """One row for each that it holds for."""

        verbose_name_plural = "kill switches"
        ordering = ["-changed_at"]
        indexes = [models.Index(fields=["changed_at"], name="kill_switch_by_time")]
        constraints = [
            models.UniqueConstraint(
                fields=["scope"], condition=Q(scope=KillSwitchScope.GLOBAL.value), name="kill_switch_global_is_one"
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(scope=KillSwitchScope.USER.value), name="kill_switch_of_user_is_one"
            ),
            models.UniqueConstraint(
                fields=["instance"],
                condition=Q(scope=KillSwitchScope.INSTANCE.value),
                name="kill_switch_of_instance_is_one",
            ),
            models.CheckConstraint(
                condition=Q(scope=KillSwitchScope.GLOBAL.value, user__isnull=True, instance="")
                | Q(scope=KillSwitchScope.USER.value, user__isnull=False, instance="")
                | (Q(scope=KillSwitchScope.INSTANCE.value, user__isnull=True) & ~Q(instance="")),
                name="kill_switch_is_for_one",
            ),
            models.CheckConstraint(condition=Q(level__in=values_of(TradingLevel)), name="kill_switch_level_is_known"),
        ]

    def __str__(self) -> str:
        """Return for whom which level holds."""
        return f"{self.level} for {self.instance or self.user_id or 'all'}"
