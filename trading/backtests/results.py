"""The results of backtests: the whole of one, its trades by pages, its checks, several beside each other."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from streaming.commands.use_cases import Caller, UseCase
from streaming.identity.scopes import Scope
from trading.backtests.access import MAY_VIEW, reached
from trading.backtests.answers import BacktestAnswer, backtest_answer
from trading.backtests.parameters import BacktestId, Comparison, ExportQuery, TradesQuery
from trading.backtests.selectors import result_data, run_result_data
from trading.backtests.services import backtest_check
from trading.engine.backtests.checks.report import ChecksReport
from trading.engine.backtests.results.equity_curve import EquityPoints
from trading.engine.backtests.results.metrics import Metrics
from trading.engine.backtests.results.result import BacktestResult
from trading.engine.backtests.results.trades import Trade
from trading.engine.backtests.results.view import ResultView, view_of
from trading.engine.backtests.sweeps.result import SweepResult
from trading.models import BacktestKind
from trading.running.packing import unpacked, unpacked_sweep

_THROTTLE = "THROTTLE_BACKTEST_RESULTS"
_write_exactly = msgspec.json.Encoder(decimal_format="number").encode


class BacktestResultAnswer(ResultView, frozen=True, kw_only=True):
    """A backtest and what came of it; times within it are in ms since the epoch on every interface."""

    backtest: BacktestAnswer


class SweepResultAnswer(SweepResult, frozen=True, kw_only=True):
    """A sweep and what came of it; `hash` names data, code and parameters."""

    backtest: BacktestAnswer
    hash: str


class TradesAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Some trades, the oldest first, and how many there are in all."""

    items: Sequence[Trade]
    total: int


class ChecksAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What the checks of a backtest found; while `is_checking`, they are still made in full."""

    id: str
    checks: ChecksReport
    is_checking: bool


class ComparedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One of several backtests: what it came to, and its curve."""

    backtest: BacktestAnswer
    metrics: Metrics
    equity: EquityPoints


class ComparisonAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Backtests beside each other, in the order in which they were named."""

    items: Sequence[ComparedAnswer]


class ResultRead(msgspec.Struct, frozen=True):
    """A backtest as it is told, and its packed result, which takes a while to read."""

    backtest: BacktestAnswer
    data: bytes
    given: Any = None


def result_read(caller: Caller, given: BacktestId | TradesQuery) -> ResultRead:
    """Return a run that the caller may see, and its packed result; raise where there is none, and for a sweep."""
    backtest = reached(caller, given.id, MAY_VIEW)
    return ResultRead(backtest_answer(backtest, caller.write_time), run_result_data(backtest), given)


def any_result_read(caller: Caller, given: BacktestId | ExportQuery) -> ResultRead:
    """Return a run or a sweep that the caller may see, and its packed result; raise where there is none."""
    backtest = reached(caller, given.id, MAY_VIEW)
    return ResultRead(backtest_answer(backtest, caller.write_time), result_data(backtest), given)


def _result(caller: Caller, given: BacktestId) -> ResultRead:
    """Return what came of a backtest; of a sweep, its cells, the heat map and the walk forward."""
    return any_result_read(caller, given)


def _trades(caller: Caller, query: TradesQuery) -> ResultRead:
    """List the trades of a backtest, the oldest first."""
    return result_read(caller, query)


def _check(caller: Caller, given: BacktestId) -> Mapping[str, Any]:
    """Return whether a backtest can be believed, and have its checks made in full where they aren't."""
    backtest = reached(caller, given.id, MAY_VIEW)
    checks = unpacked(run_result_data(backtest)).checks
    if not checks.is_full and not backtest.is_checking:
        backtest = backtest_check(backtest=backtest)
    return {"id": backtest.pk, "checks": _exactly(checks), "is_checking": backtest.is_checking}


def _compare(caller: Caller, given: Comparison) -> Sequence[ResultRead]:
    """Return several backtests beside each other."""
    return [result_read(caller, BacktestId(id=each)) for each in given.ids]


def _shown(caller: Caller, read: ResultRead) -> Mapping[str, Any]:
    return result_shown(read)


def result_shown(read: ResultRead) -> Mapping[str, Any]:
    """Return what is told of a result: all of it but the rows of a run beyond the newest."""
    if read.backtest.kind == BacktestKind.SWEEP:
        sweep = unpacked_sweep(read.data)
        return {"backtest": read.backtest, **exact_fields(sweep), "hash": sweep.fingerprint.hash}
    return {"backtest": read.backtest, **exact_fields(view_of(unpacked(read.data)))}


def _trades_shown(caller: Caller, read: ResultRead) -> Mapping[str, Any]:
    trades, query = unpacked(read.data).trades, read.given
    return {"items": _exactly(trades.page(query.offset, query.limit)), "total": len(trades)}


def _compared(caller: Caller, reads: Sequence[ResultRead]) -> Mapping[str, Any]:
    return {"items": [_one_compared(read.backtest, unpacked(read.data)) for read in reads]}


def _one_compared(backtest: BacktestAnswer, result: BacktestResult) -> Mapping[str, Any]:
    return {"backtest": backtest, "metrics": _exactly(result.metrics), "equity": _exactly(result.equity)}


def exact_fields(struct: msgspec.Struct) -> dict[str, msgspec.Raw]:
    """Return the fields of a Struct as JSON, with decimals as exact numbers."""
    return {name: _exactly(getattr(struct, name)) for name in struct.__struct_fields__}


def _exactly(value: Any) -> msgspec.Raw:
    return msgspec.Raw(_write_exactly(value))


BACKTEST_RESULT = UseCase(
    parameters=BacktestId,
    act=_result,
    finish=_shown,
    answer=BacktestResultAnswer,
    other_answer=SweepResultAnswer,
    others=MAY_VIEW,
    throttle=_THROTTLE,
)
BACKTEST_TRADES = UseCase(
    parameters=TradesQuery, act=_trades, finish=_trades_shown, answer=TradesAnswer, others=MAY_VIEW, throttle=_THROTTLE
)
CHECK_BACKTEST = UseCase(
    parameters=BacktestId,
    act=_check,
    answer=ChecksAnswer,
    others=MAY_VIEW,
    changes=True,
    throttle="THROTTLE_BACKTESTS",
    scope=Scope.TRADE,
)
COMPARE_BACKTESTS = UseCase(
    parameters=Comparison, act=_compare, finish=_compared, answer=ComparisonAnswer, others=MAY_VIEW, throttle=_THROTTLE
)
