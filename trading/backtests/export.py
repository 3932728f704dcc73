"""A backtest to take along: its trades as CSV, or all that came of it as JSON."""

import csv
import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec

from streaming.commands.use_cases import Caller, UseCase
from trading.backtests.access import MAY_VIEW
from trading.backtests.parameters import ExportQuery
from trading.backtests.results import ResultRead, exact_fields, result_read
from trading.engine.backtests.results.result import BacktestResult
from trading.engine.backtests.results.trades import Trade
from trading.engine.backtests.results.view import view_of
from trading.running.packing import unpacked

MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


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
    trades = result.trades
    text = trades_csv(trades.page(0, len(trades))) if form == "csv" else result_json(result, backtest=read.backtest)
    return ExportAnswer(name=f"{read.backtest.id}.{form}", media_type=MEDIA_TYPES[form], text=text)


def result_json(result: BacktestResult, **more: Any) -> str:
    """Return all that came of a run as a JSON object, with every trade, fill and order, and what else is given."""
    view = view_of(result, most_rows=max(len(result.trades), len(result.fills), len(result.orders)))
    return msgspec.json.encode({**more, **exact_fields(view)}).decode() + "\n"


def trades_csv(trades: Sequence[Trade]) -> str:
    """Return trades as CSV with a line of names (RFC 4180); times are ms since the epoch, numbers exact."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(Trade.__struct_fields__)
    writer.writerows([_plain(getattr(trade, name)) for name in Trade.__struct_fields__] for trade in trades)
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
