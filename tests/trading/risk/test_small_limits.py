"""A limit may be of any size that can be typed: nobody's trading ends by another's."""

from decimal import Decimal

import pytest

from trading.models import RiskLimits
from trading.risk.limits import engine_limits

_FINE = Decimal("1000.0000000000000000000000009")
"""Of more decimals than amounts have."""


@pytest.mark.parametrize("name", ["order_size", "position_size", "daily_loss"])
def test_a_limit_finer_than_amounts_are_lets_the_same_amounts_pass(name: str) -> None:
    limits = engine_limits(RiskLimits(**{name: _FINE}))
    assert getattr(limits, name) == 1000 * 10**24


def test_a_limit_below_all_amounts_is_one_still() -> None:
    assert engine_limits(RiskLimits(order_size=Decimal("1E-30"))).order_size == 0
