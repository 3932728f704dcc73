"""Does again what was recorded, and compares it with what is stored: orders and executions, one by one."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import msgspec
from django.db import transaction
from django.db.models import Q

from streaming.times import moment
from trading.engine.instrument import Instrument
from trading.engine.live.recordings.recording import Recording, RecordingStart
from trading.engine.live.recordings.replay import ReplayedRun, replay
from trading.engine.live.recordings.steps import RecordedLine
from trading.live.rows.order_rows import fill_columns, progress_columns, request_columns
from trading.models import Recording as RecordingRow
from trading.models import SubAccount

_NOT_RECORDED = frozenset({"updated_at", "ended_at"})
"""When something was stored: it decides nothing."""
_Rows = Mapping[int, Mapping[str, Any]]


class ReplayDifference(msgspec.Struct, frozen=True):
    """An order or an execution (`what`, by its number in the sub-account) that was replayed otherwise than stored.

    `replayed` and `stored` are the columns that differ; empty where there is none of that number.
    """

    what: str
    number: int
    replayed: Mapping[str, Any]
    stored: Mapping[str, Any]


class Replayed(msgspec.Struct, frozen=True):
    """What a recording came to; how many orders and executions were compared with the rows, and what differs."""

    recording: Recording
    run: ReplayedRun
    orders: int
    fills: int
    differences: tuple[ReplayDifference, ...]


class _StoredRun(NamedTuple):
    """A recording and what is stored of the orders and executions that were open in it, or came in or after it."""

    recording: Recording
    orders: _Rows
    fills: _Rows
    is_last: bool
    """Whether nothing has come after it."""


def recording_replay(row: RecordingRow) -> Replayed:
    """Do a recording again, and compare it with the rows; raise `ReplayError` where it goes otherwise.

    It may go on meanwhile. Where something that isn't recorded has come after it, the orders that were open then
    aren't compared.
    """
    stored = _stored_run(row)
    run = replay(stored.recording)
    instruments = stored.recording.instruments
    orders, stored_orders = _orders_of(run, instruments), _up_to(run.state.placed, stored.orders)
    fills, stored_fills = _fills_of(run, instruments), _up_to(run.state.fills, stored.fills)
    if not stored.is_last:
        open_ones = {order.number for order in run.orders if order.state.is_open}
        orders, stored_orders = (_without(rows, open_ones) for rows in (orders, stored_orders))
    differences = (*_differences("order", orders, stored_orders), *_differences("execution", fills, stored_fills))
    return Replayed(stored.recording, run, len(orders), len(fills), differences)


def _stored_run(row: RecordingRow) -> _StoredRun:
    """Read all of it at one moment: whoever stores more of it waits."""
    with transaction.atomic():
        sub_account = SubAccount.objects.select_for_update().get(pk=row.sub_account_id)
        row.refresh_from_db()
        parts = list(row.parts.order_by("id").values_list("lines", flat=True))
        start = msgspec.json.decode(row.start, type=RecordingStart)
        open_before = [order.number for order in start.state.orders]
        orders = sub_account.orders.filter(Q(number__gt=start.state.placed) | Q(number__in=open_before))
        fills = sub_account.executions.filter(number__gt=start.state.fills)
        stored_orders = {columns["number"]: columns for columns in orders.values()}
        stored_fills = {columns["number"]: columns for columns in fills.values()}
    decode = msgspec.json.Decoder(RecordedLine).decode
    lines = tuple(decode(line) for part in parts for line in part.splitlines())
    is_last = sub_account.version == row.version
    return _StoredRun(Recording(start, lines), stored_orders, stored_fills, is_last)


def _orders_of(run: ReplayedRun, instruments: Mapping[str, Instrument]) -> _Rows:
    some_time = moment(0)
    return {
        order.number: {
            **request_columns(order, instruments[order.symbol]),
            **progress_columns(order, instruments[order.symbol], some_time),
        }
        for order in run.orders
    }


def _fills_of(run: ReplayedRun, instruments: Mapping[str, Instrument]) -> _Rows:
    filled = [(event.symbol, event.fill) for event in run.events if event.fill is not None]
    return {fill.number: fill_columns(fill, symbol, instruments[symbol]) for symbol, fill in filled}


def _up_to(number: int, rows: _Rows) -> _Rows:
    return {each: columns for each, columns in rows.items() if each <= number}


def _without(rows: _Rows, numbers: set[int]) -> _Rows:
    return {number: columns for number, columns in rows.items() if number not in numbers}


def _differences(what: str, replayed: _Rows, stored: _Rows) -> Iterator[ReplayDifference]:
    for number in sorted({*replayed, *stored}):
        again, there = replayed.get(number, {}), stored.get(number, {})
        names = [name for name in again or there if again.get(name) != there.get(name) and name not in _NOT_RECORDED]
        if names:
            yield ReplayDifference(
                what,
                number,
                {name: again[name] for name in names if name in again},
                {name: there[name] for name in names if name in there},
            )
