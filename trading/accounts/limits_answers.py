"""What is answered of an account's limits: what they are, what is used of them, and what a new account has."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from streaming.commands.use_cases import JsonNumber
from streaming.numbers import json_number, optional_json_number
from trading.models import RiskLimits
from trading.risk.limits import LIMITS, default_limits
from trading.risk.usage import AccountAtStake, AssetPosition, positions_of


class LimitsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The limits of an account, null where there is none."""

    order_size: JsonNumber | None
    position_size: JsonNumber | None
    open_orders: int | None
    price_collar: JsonNumber | None
    orders_per_second: int | None
    daily_loss: JsonNumber | None


class PositionAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What is held and being bought of an asset is worth, of quote; null where no price is known."""

    asset: str
    value: JsonNumber | None


class LimitsUsedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What is used now: `positions` the largest first; `daily_loss` since midnight (UTC), below 0 for a gain."""

    positions: Sequence[PositionAnswer]
    open_orders: int
    orders_per_second: int
    daily_loss: JsonNumber


class AccountLimitsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The limits of an account, `defaults` those that a new one has; `changeable` by whoever asks."""

    account: str
    limits: LimitsAnswer
    defaults: LimitsAnswer
    used: LimitsUsedAnswer
    changeable: bool


def limits_answer(row: RiskLimits | None) -> LimitsAnswer:
    """Return an account's limits."""
    row = row or RiskLimits()
    return _answer({name: getattr(row, name) for name in LIMITS})


def account_limits_answer(
    row: RiskLimits | None, at_stake: AccountAtStake, prices: Mapping[str, Decimal], *, account: str, changeable: bool
) -> AccountLimitsAnswer:
    """Return an account's limits with what is used of them."""
    return AccountLimitsAnswer(
        account=account,
        limits=limits_answer(row),
        defaults=_answer(default_limits()),
        used=LimitsUsedAnswer(
            positions=[_position(one) for one in positions_of(at_stake, prices)],
            open_orders=at_stake.open_orders,
            orders_per_second=at_stake.sent,
            daily_loss=json_number(at_stake.loss_today),
        ),
        changeable=changeable,
    )


def _answer(limits: Mapping[str, Any]) -> LimitsAnswer:
    return LimitsAnswer(
        order_size=optional_json_number(limits["order_size"]),
        position_size=optional_json_number(limits["position_size"]),
        open_orders=limits["open_orders"],
        price_collar=optional_json_number(limits["price_collar"]),
        orders_per_second=limits["orders_per_second"],
        daily_loss=optional_json_number(limits["daily_loss"]),
    )


def _position(one: AssetPosition) -> PositionAnswer:
    return PositionAnswer(asset=one.asset, value=optional_json_number(one.value))
