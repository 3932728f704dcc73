"""The limits of an account: as its row has them, as the engine's gate takes them, and as a new account has them."""

from collections.abc import Mapping
from decimal import Decimal

from django.conf import settings

from trading.engine.amounts import amount_below
from trading.engine.risk.gate import RiskLimits
from trading.models import RiskLimits as RiskLimitsRow

LIMITS = ("order_size", "position_size", "open_orders", "price_collar", "orders_per_second", "daily_loss")
"""What can be limited."""


def engine_limits(row: RiskLimitsRow | None) -> RiskLimits:
    """Return the limits of a row; without one there are none."""
    if row is None:
        return RiskLimits()
    return RiskLimits(
        order_size=_amount(row.order_size),
        position_size=_amount(row.position_size),
        open_orders=row.open_orders,
        price_collar=row.price_collar,
        orders_per_second=row.orders_per_second,
        daily_loss=_amount(row.daily_loss),
    )


def default_limits() -> Mapping[str, Decimal | int | None]:
    """Return the limits of a new account, as the installation sets them by `RISK_…`; None where it sets none."""
    return {name: getattr(settings, f"RISK_{name.upper()}") or None for name in LIMITS}


def _amount(value: Decimal | None) -> int | None:
    """Return the highest amount within a limit, which may have more decimals than amounts have: else it would raise."""
    return None if value is None else amount_below(value)
