"""What is answered of grids and of live strategies alike: numbers exact, times as the interface writes them."""

from decimal import Decimal
from typing import TypedDict

from streaming.commands.use_cases import JsonNumber
from streaming.numbers import json_number, optional_json_number
from streaming.times import WriteTime, WrittenTime, milliseconds, written_time
from trading.engine.amounts import decimal_of
from trading.engine.live.state import InstanceFigures
from trading.models import Grid, Strategy


class InstanceFields(TypedDict):
    """A grid or a strategy as it stands; money in the quote asset of its symbol.

    `invested` is what was moved in. What depends on the price is null where none is known and anything is held.
    """

    id: str
    account: str
    symbol: str
    reason: str | None
    invested: JsonNumber
    current_price: JsonNumber | None
    position: JsonNumber
    active_buy_orders: int
    active_sell_orders: int
    realized_pnl: JsonNumber
    unrealized_pnl: JsonNumber | None
    equity: JsonNumber | None
    fees: JsonNumber
    created: WrittenTime
    started: WrittenTime | None
    ended: WrittenTime | None


def instance_fields(
    row: Grid | Strategy, figures: InstanceFigures, price: Decimal | None, write_time: WriteTime
) -> InstanceFields:
    """Return what is told of each; `figures` are those at the `price`, where one is known."""
    is_known = price is not None or not figures.position
    return InstanceFields(
        id=row.pk,
        account=row.account_id,
        symbol=row.symbol,
        reason=row.reason or None,
        invested=json_number(row.investment),
        current_price=optional_json_number(price),
        position=json_amount(figures.position),
        active_buy_orders=figures.buy_orders,
        active_sell_orders=figures.sell_orders,
        realized_pnl=json_amount(figures.realised),
        unrealized_pnl=json_amount(figures.unrealised) if is_known else None,
        equity=json_amount(figures.equity) if is_known else None,
        fees=json_amount(figures.fees),
        created=write_time(milliseconds(row.created_at)),
        started=written_time(row.started_at, write_time),
        ended=written_time(row.ended_at, write_time),
    )


def json_amount(amount: int) -> JsonNumber:
    """Return an exact amount of the engine as it is written."""
    return json_number(decimal_of(amount))
