"""A backtest to take along: its trades (of a sweep its runs) as CSV, or all that came of it as JSON."""

import csv
import io
from collections.abc import Sequence
from typing import Any

import msgspec

from streaming.commands.use_cases import Caller, UseCase
from streaming.numbers import exact_text
from trading.backtests.access import MAY_VIEW
from trading.backtests.parameters import ExportQuery
from trading.backtests.results import ResultRead, any_result_read, exact_fields, result_shown
from trading.engine.backtests.results.metrics import Metrics
from trading.engine.backtests.results.result import BacktestResult
from trading.engine.backtests.results.trades import Trade, TradeTable
from trading.engine.backtests.results.view import view_of
from trading.engine.backtests.sweeps.cells import SweepCell
from trading.models import BacktestKind
from trading.running.packing import unpacked, unpacked_sweep

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
    """Return a file of a backtest: its trades, or a sweep's runs, as CSV, or all of it as JSON."""
    return any_result_read(caller, query)


def _exported(caller: Caller, read: ResultRead) -> ExportAnswer:
    form = read.given.form
    text = _sweep_text(read) if read.backtest.kind == BacktestKind.SWEEP else _run_text(read)
    return ExportAnswer(name=f"{read.backtest.id}.{form}", media_type=MEDIA_TYPES[form], text=text)


def _run_text(read: ResultRead) -> str:
    result = unpacked(read.data)
    if read.given.form == "csv":
        return trades_csv(result.trades)
    return result_json(result, most_rows=MOST_JSON_ROWS, backtest=read.backtest)


def _sweep_text(read: ResultRead) -> str:
    if read.given.form == "csv":
        return cells_csv(unpacked_sweep(read.data).cells)
    return msgspec.json.encode(result_shown(read)).decode() + "\n"


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
        writer.writerows([exact_text(getattr(trade, name)) for name in names] for trade in page)
    return lines.getvalue()


def cells_csv(cells: Sequence[SweepCell]) -> str:
    """Return the runs of a sweep as CSV: parameters and metrics of each, nothing where there is none, and its error."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    parameters = list(dict.fromkeys(name for cell in cells for name in cell.parameters))
    metrics = Metrics.__struct_fields__
    writer.writerow(["number", *parameters, *metrics, "error"])
    for cell in cells:
        given = [exact_text(cell.parameters.get(name)) for name in parameters]
        told = [exact_text(getattr(cell.metrics, name, None)) for name in metrics]
        writer.writerow([cell.number, *given, *told, cell.error])
    return lines.getvalue()


EXPORT_BACKTEST = UseCase(
    parameters=ExportQuery,
    act=_export,
    finish=_exported,
    answer=ExportAnswer,
    others=MAY_VIEW,
    throttle="THROTTLE_BACKTEST_RESULTS",
)
