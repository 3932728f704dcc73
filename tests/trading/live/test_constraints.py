"""What the tables themselves refuse, whoever writes to them."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from streaming.events import Side
from tests.trading.live.rows import NOW, account_of
from trading.engine.orders.types import OrderType, TimeInForce
from trading.events import KillSwitchScope
from trading.models import Balance, Fill, Grid, GridLevel, KillSwitch, Lot, Order, SubAccount, TradingAccount

pytestmark = pytest.mark.django_db


class _Rows:
    """An account with a hand and a grid, and what belongs to them."""

    def __init__(self) -> None:
        self.account = account_of()
        self.hand = SubAccount.objects.create(account=self.account, quote="USDT")
        self.grid = Grid.objects.create(account=self.account, **self._grid)
        self.first = self.order("one", 1)

    _grid: dict[str, Any] = {
        "symbol": "BTCUSDT",
        "investment": Decimal(1000),
        "fee_rate": Decimal("0.001"),
        "created_at": NOW,
    }

    def order(self, name: str, number: int, **changes: Any) -> Order:
        given = {
            "account": self.account,
            "sub_account": self.hand,
            "number": number,
            "client_order_id": name,
            "symbol": "BTCUSDT",
            "side": Side.BUY.value,
            "type": OrderType.LIMIT.value,
            "time_in_force": TimeInForce.GOOD_TILL_CANCELLED.value,
            "placed_at": NOW,
            "updated_at": NOW,
        }
        return Order.objects.create(**given | changes)

    def fill(self, number: int) -> Fill:
        amounts = dict.fromkeys(("price", "quantity", "notional", "fee", "realised"), Decimal(1))
        words = {"symbol": "BTCUSDT", "side": "buy", "fee_asset": "USDT", "liquidity": "maker", "time": NOW}
        return Fill.objects.create(order=self.first, sub_account=self.hand, number=number, **amounts, **words)

    def grid_as(self, **changes: Any) -> Grid:
        return Grid.objects.create(account=self.account, **self._grid | changes)

    def second_account(self, **changes: Any) -> TradingAccount:
        fees = {"maker_fee": Decimal(0), "taker_fee": Decimal(0)}
        return TradingAccount.objects.create(owner=self.account.owner, created_at=NOW, **fees | changes)


def _lot(rows: _Rows, **changes: Any) -> Lot:
    given = {"asset": "BTC", "number": 1, "opened_by": 1, "amount": Decimal(1), "cost": Decimal(1)}
    return Lot.objects.create(sub_account=rows.hand, **given | changes)


def _switch(scope: KillSwitchScope, **changes: Any) -> KillSwitch:
    return KillSwitch.objects.create(scope=scope.value, changed_at=NOW, **changes)


@pytest.mark.parametrize(
    ("write", "constraint"),
    [
        (lambda rows: rows.second_account(name="b", is_default=True), "owner"),
        (lambda rows: rows.second_account(name="paper"), "name"),
        (lambda rows: rows.second_account(name=""), "account_is_named"),
        (lambda rows: SubAccount.objects.create(account=rows.account, quote="USDT"), "quote"),
        (lambda rows: SubAccount.objects.create(account=rows.account, quote="USDC", fills=-1), "sub_account_counts"),
        (lambda rows: rows.order("one", 2), "client_order_id"),
        (lambda rows: rows.order("two", 1), "number"),
        (lambda rows: rows.order("two", 2, state="filled"), "order_end_has_a_time"),
        (lambda rows: rows.order("two", 2, ended_at=NOW), "order_end_has_a_time"),
        (lambda rows: rows.order("two", 2, state="lost", ended_at=NOW), "order_is_known"),
        (lambda rows: rows.order("two", 2, state="filled", ended_at=NOW, locked=Decimal(1)), "order_that_ended_locks"),
        (lambda rows: rows.order("two", 2, filled=Decimal("-0.1")), "order_filled_is_not_negative"),
        (lambda rows: [rows.fill(1), rows.fill(1)], "number"),
        (lambda rows: rows.fill(0), "fill_is_numbered"),
        (lambda rows: Balance.objects.create(sub_account=rows.hand, asset="A", free=Decimal(-1)), "balance_free"),
        (lambda rows: Balance.objects.create(sub_account=rows.hand, asset="A", locked=Decimal(-1)), "balance_locked"),
        (lambda rows: [_lot(rows), _lot(rows)], "number"),
        (lambda rows: _lot(rows, amount=Decimal(-1)), "lot_amount_is_not_negative"),
        (lambda rows: rows.grid_as(state="stopped"), "grid_end_has_a_time"),
        (lambda rows: rows.grid_as(state="running", ended_at=NOW), "grid_end_has_a_time"),
        (lambda rows: rows.grid_as(state="asleep"), "grid_state_is_known"),
        (
            lambda rows: GridLevel.objects.create(
                grid=rows.grid, gap=0, lower_price=Decimal(1), upper_price=Decimal(2), held=Decimal(-1)
            ),
            "grid_level_held_is_not_negative",
        ),
        (lambda _: [_switch(KillSwitchScope.GLOBAL), _switch(KillSwitchScope.GLOBAL)], "scope"),
        (lambda _: _switch(KillSwitchScope.USER), "kill_switch_is_for_one"),
        (lambda rows: _switch(KillSwitchScope.GLOBAL, user=rows.account.owner), "kill_switch_is_for_one"),
        (lambda _: _switch(KillSwitchScope.INSTANCE), "kill_switch_is_for_one"),
        (lambda _: _switch(KillSwitchScope.GLOBAL, level="asleep"), "kill_switch_level_is_known"),
    ],
)
def test_the_tables_refuse_what_can_not_be(write: Callable[[_Rows], object], constraint: str) -> None:
    rows = _Rows()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        write(rows)
