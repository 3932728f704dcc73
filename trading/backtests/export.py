"""A backtest to take along: its trades as CSV, or all that came of it as JSON."""

import csv
import io
from decimal import Decimal
from typing import Any

import msgspec

from streaming.commands.use_cases import Caller, UseCase
from trading.backtests.access import MAY_VIEW
from trading.backtests.parameters import ExportQuery
from trading.backtests.results import ResultRead, exact_fields, result_read
from trading.engine.backtests.results.result import BacktestResult
from trading.engine.backtests.results.trades import Trade, TradeTable
from trading.engine.backtests.results.view import view_of
from trading.running.packing import unpacked

MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
MOST_JSON_ROWS = 50_000
"""So many of the newest trades, fills and orders are in the JSON of a request: a million would take gigabytes."""
_ROWS_AT_A_TIME = 5_000


class ExportAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A file: its name, its media type, and what is in it."""

    name: str
    media_type: str
    text: str


def _export(caller: Caller, query: ExportQuery) -> ResultRead:
    """Return a file of a backtest: its trades as CSV, or all of it as JSON."""
    return result_read(caller, query)


def _exported(caller: Caller, read: ResultRead) -> ExportAnswer:
    result, form = unpacked(read.data), read.given.form
    if form == "csv":
        text = trades_csv(result.trades)
    else:
        text = result_json(result, most_rows=MOST_JSON_ROWS, backtest=read.backtest)
    return ExportAnswer(name=f"{read.backtest.id}.{form}", media_type=MEDIA_TYPES[form], text=text)


def result_json(result: BacktestResult, *, most_rows: int | None = None, **more: Any) -> str:
    """Return all that came of a run as a JSON object, and what else is given.

    Of trades, fills and orders it holds the newest `most_rows` of each, or all; it tells how many there are.
    """
    every = max(len(result.trades), len(result.fills), len(result.orders))
    view = view_of(result, most_rows=every if most_rows is None else most_rows)
    return msgspec.json.encode({**more, **exact_fields(view)}).decode() + "\n"


def trades_csv(trades: TradeTable) -> str:
    """Return all trades as CSV with a line of names (RFC 4180); times are ms since the epoch, numbers exact."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    names = Trade.__struct_fields__
    writer.writerow(names)
    for first in range(0, len(trades), _ROWS_AT_A_TIME):
        page = trades.page(first, _ROWS_AT_A_TIME)
        writer.writerows([_plain(getattr(trade, name)) for name in names] for trade in page)
    return lines.getvalue()


def _plain(value: object) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)


EXPORT_BACKTEST = UseCase(
    parameters=ExportQuery,
    act=_export,
    finish=_exported,
    answer=ExportAnswer,
    others=MAY_VIEW,
    throttle="THROTTLE_BACKTEST_RESULTS",
)
