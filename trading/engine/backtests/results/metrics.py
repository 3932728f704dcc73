"""The metrics of a run: what each is called, its formula, and how it is computed.

`docs/backtests.md` has its table from these declarations. A metric that the run leaves undefined (a profit factor
without losses, a Sharpe ratio of a run without changes) is None, never infinite.
"""

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Any, NamedTuple

import msgspec
import numpy as np

from trading.engine.amounts import decimal_of
from trading.engine.backtests.results.equity_curve import Drawdown, EquityCurve, in_units
from trading.engine.backtests.results.periods import DAY, FEWEST_PERIODS, YEAR, Period
from trading.engine.backtests.results.trades import RoundTrip
from trading.engine.backtests.series import Floats

FRACTION, RATIO, QUOTE, MILLISECONDS, NUMBER = "fraction", "ratio", "quote", "ms", "number"
"""The units of metrics: a fraction of 0.1 is shown as 10 %; amounts are of the quote asset."""


def _metric(title: str, unit: str, formula: str, description: str, source: str = "") -> msgspec.Meta:
    return msgspec.Meta(
        title=title, description=description, extra_json_schema={"unit": unit, "formula": formula, "source": source}
    )


_SHARPE_1994 = "W. F. Sharpe, The Sharpe Ratio, Journal of Portfolio Management 21 (1), 1994"
_SORTINO_1994 = "F. A. Sortino and L. N. Price, Performance Measurement in a Downside Risk Framework, 1994"
_YOUNG_1991 = "T. W. Young, Calmar Ratio: A Smoother Tool, Futures, October 1991"


class Metrics(msgspec.Struct, frozen=True, kw_only=True):
    """What a run came to. Money is exact; all else is a binary float, or None where it is undefined."""

    final_equity: Annotated[
        Decimal,
        _metric("Final equity", QUOTE, "cash + position · last close", "what all is worth at the last candle's close"),
    ]
    total_return: Annotated[
        float,
        _metric("Total return", FRACTION, "final equity / initial capital - 1", "net of fees and slippage"),
    ]
    cagr: Annotated[
        float | None,
        _metric(
            "CAGR",
            FRACTION,
            "(final equity / initial capital)^(365 days / duration) - 1",
            "compound annual growth rate; none below 30 days, where it would be a guess",
        ),
    ] = None
    volatility: Annotated[
        float | None,
        _metric("Volatility", FRACTION, "s · √P", "annualised standard deviation of the periods' returns"),
    ] = None
    sharpe: Annotated[
        float | None,
        _metric("Sharpe ratio", RATIO, "r̄ / s · √P", "annualised, over a risk-free rate of 0", _SHARPE_1994),
    ] = None
    sortino: Annotated[
        float | None,
        _metric(
            "Sortino ratio",
            RATIO,
            "r̄ / √(Σ min(r, 0)² / n) · √P",
            "annualised, over a target of 0; the downside is taken over all periods",
            _SORTINO_1994,
        ),
    ] = None
    calmar: Annotated[
        float | None,
        _metric("Calmar ratio", RATIO, "CAGR / maximum drawdown", "over the whole run", _YOUNG_1991),
    ] = None
    max_drawdown: Annotated[
        float,
        _metric(
            "Maximum drawdown",
            FRACTION,
            "max (1 - equity / highest equity so far)",
            "over the close of every candle; positive, 0 where equity never fell",
        ),
    ] = 0.0
    max_drawdown_length: Annotated[
        int,
        _metric(
            "Length of the maximum drawdown",
            MILLISECONDS,
            "time of recovery - time of the peak",
            "to the end of the run where equity didn't reach its peak again",
        ),
    ] = 0
    exposure: Annotated[
        float,
        _metric(
            "Exposure",
            FRACTION,
            "candles at whose close a step was held / candles",
            "share of time in the market",
        ),
    ] = 0.0
    fees: Annotated[Decimal, _metric("Fees paid", QUOTE, "Σ fees", "of all fills, in quote")] = Decimal(0)
    trades: Annotated[
        int,
        _metric("Trades", NUMBER, "closed round trips", "a round trip is what one order bought and one order sold"),
    ] = 0
    win_rate: Annotated[
        float | None,
        _metric("Win rate", FRACTION, "trades with a profit > 0 / trades", "profits are net of the fees of both sides"),
    ] = None
    profit_factor: Annotated[
        float | None,
        _metric("Profit factor", RATIO, "Σ profits > 0 / |Σ profits < 0|", "none without a loss"),
    ] = None
    expectancy: Annotated[
        float | None,
        _metric("Expectancy", QUOTE, "Σ profits / trades", "mean profit of a trade"),
    ] = None
    average_trade: Annotated[
        float | None,
        _metric(
            "Average trade", FRACTION, "mean (profit / cost)", "what a trade returned on what it cost with its fees"
        ),
    ] = None
    best_trade: Annotated[
        float | None, _metric("Best trade", FRACTION, "max (profit / cost)", "on what it cost with its fees")
    ] = None
    worst_trade: Annotated[
        float | None, _metric("Worst trade", FRACTION, "min (profit / cost)", "on what it cost with its fees")
    ] = None


class MetricDeclaration(NamedTuple):
    """A metric as it is documented and shown."""

    name: str
    title: str
    unit: str
    formula: str
    description: str
    source: str


def declared_metrics() -> Iterator[MetricDeclaration]:
    """Give the declarations of all metrics, in their order."""
    for name, schema in msgspec.json.schema(Metrics)["$defs"]["Metrics"]["properties"].items():
        extra: dict[str, Any] = schema
        yield MetricDeclaration(
            name, extra["title"], extra["unit"], extra["formula"], extra["description"], extra["source"]
        )


def metrics_of(
    curve: EquityCurve,
    returns: Floats,
    period: Period,
    *,
    drawdown: Drawdown,
    final_equity: int,
    exposure: float = 0.0,
    fees: int = 0,
    trades: Sequence[RoundTrip] = (),
) -> Metrics:
    """Return the metrics of a curve, the `returns` of its periods and its trades; amounts are exact, of quote."""
    growth = _growth(curve)
    return Metrics(
        final_equity=decimal_of(final_equity),
        total_return=curve.final / curve.initial - 1,
        cagr=growth,
        **_of_returns(returns, period),
        calmar=_finite(growth / drawdown.depth) if growth is not None and drawdown.depth else None,
        max_drawdown=drawdown.depth,
        max_drawdown_length=drawdown.length,
        exposure=exposure,
        fees=decimal_of(fees),
        **_of_trades(trades),
    )


def _growth(curve: EquityCurve) -> float | None:
    lasted = curve.end - curve.start
    if lasted < FEWEST_PERIODS * DAY or curve.final < 0:
        return None
    try:
        return _finite((curve.final / curve.initial) ** (YEAR / lasted) - 1)
    except OverflowError:
        return None


def _of_returns(returns: Floats, period: Period) -> dict[str, Any]:
    if len(returns) < 2:  # noqa: PLR2004 - one return has no deviation
        return {}
    year, mean, deviation = math.sqrt(period.per_year), float(returns.mean()), float(returns.std(ddof=1))
    downside = math.sqrt(float((np.minimum(returns, 0) ** 2).mean()))
    rounding = float(np.abs(returns).max()) * 1e-12
    return {
        "volatility": _finite(deviation * year),
        "sharpe": _finite(mean / deviation * year) if deviation > rounding else None,
        "sortino": _finite(mean / downside * year) if downside > 0 else None,
    }


def _of_trades(trades: Sequence[RoundTrip]) -> dict[str, Any]:
    if not trades:
        return {}
    profits = in_units(trade.profit for trade in trades)
    returned = np.array([trade.profit / trade.cost for trade in trades])
    lost = -float(profits[profits < 0].sum())
    return {
        "trades": len(trades),
        "win_rate": float((profits > 0).mean()),
        "profit_factor": _finite(float(profits[profits > 0].sum()) / lost) if lost else None,
        "expectancy": float(profits.mean()),
        "average_trade": float(returned.mean()),
        "best_trade": float(returned.max()),
        "worst_trade": float(returned.min()),
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
