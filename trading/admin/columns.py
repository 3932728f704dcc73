"""What the admin tells of a backtest besides its columns: what it runs, how far it is, and what came of it."""

# unfold has no types.
# mypy: disable-error-code="import-untyped, misc, untyped-decorator"

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
from unfold.decorators import display

from streaming.admin.shown_values import ABSENT, plain_number
from streaming.market.models import Symbol
from streaming.times import moment
from trading.admin.labels import STATE_LABELS, state_words
from trading.backtests.metric_text import metric_text
from trading.backtests.strategies import title_of
from trading.engine.backtests.results.metrics import Metrics, declared_metrics
from trading.engine.backtests.sweeps.plan import WalkForward
from trading.models import Backtest, BacktestKind, BacktestResult

_METRICS = {metric.name: metric for metric in declared_metrics()}


class BacktestColumns:
    """Columns of the list, and read-only fields of the page. Those of the list ask the database for nothing more."""

    @display(description="Backtest", header=True)
    def strategy_and_id(self, backtest: Backtest) -> list[str]:
        """The strategy over the id."""
        return [title_of(backtest.strategy), backtest.pk]

    @display(description="Market", header=True)
    def market_and_range(self, backtest: Backtest) -> list[str]:
        """The candles' symbol and interval over their days."""
        days = f"{moment(backtest.start):%Y-%m-%d} to {moment(backtest.end):%Y-%m-%d}"
        return [f"{backtest.symbol} {backtest.interval}", days]

    @display(description="Kind")
    def kind_in_words(self, backtest: Backtest) -> str:
        """Whether it is one run, or of how many a sweep."""
        kind = str(backtest.get_kind_display())
        return f"{kind} of {backtest.runs:,} runs" if backtest.kind == BacktestKind.SWEEP else kind

    @display(description="State", label=STATE_LABELS)
    def state_label(self, backtest: Backtest) -> str:
        """What it does now, or how it ended."""
        return state_words(backtest)

    @display(description="Progress")
    def progress_in_words(self, backtest: Backtest) -> str | None:
        """How far it is, or came, in which phase."""
        return f"{backtest.get_phase_display()} {backtest.progress:.0%}" if backtest.phase else None

    @display(description="Total return")
    def total_return(self, backtest: Backtest) -> str | None:
        """What the run returned, or the best one of a sweep."""
        return _metric(backtest, "total_return")

    @display(description="Sharpe ratio")
    def sharpe(self, backtest: Backtest) -> str | None:
        """The same one's ratio."""
        return _metric(backtest, "sharpe")

    @display(description="Strategy")
    def strategy_title(self, backtest: Backtest) -> str:
        """What the strategy is called."""
        return title_of(backtest.strategy)

    @display(description="From (UTC)")
    def starts(self, backtest: Backtest) -> str:
        """When the first candle opens."""
        return f"{moment(backtest.start):%Y-%m-%d %H:%M}"

    @display(description="Until (UTC)")
    def ends(self, backtest: Backtest) -> str:
        """When the last candle has closed."""
        return f"{moment(backtest.end):%Y-%m-%d %H:%M}"

    @display(description="Parameters")
    def parameters_in_words(self, backtest: Backtest) -> str | None:
        """The strategy's parameters, one a line; of a sweep, those that stay."""
        return _lines(backtest.parameters.items())

    @display(description="Swept")
    def sweep_in_words(self, backtest: Backtest) -> str | None:
        """What a sweep sweeps, one a line."""
        return None if backtest.sweep is None else _lines(_swept(backtest.sweep))

    @display(description="Initial capital")
    def capital_in_words(self, backtest: Backtest) -> str:
        """What it began with, with all its digits."""
        return f"{plain_number(backtest.initial_capital)} {_quote(backtest)}".rstrip()

    @display(description="Fee, slippage")
    def costs_in_words(self, backtest: Backtest) -> str:
        """What each fill costs, as fractions."""
        return f"{plain_number(backtest.fee_rate)}, {plain_number(backtest.slippage)}"

    @display(description="Metrics")
    def metrics_in_words(self, backtest: Backtest) -> str | None:
        """What came of it, one metric a line; of a sweep, of its best run."""
        if backtest.metrics is None:
            return None
        metrics, quote = msgspec.convert(backtest.metrics, Metrics), _quote(backtest)
        return _lines(
            (metric.title, metric_text(getattr(metrics, name), metric, quote)) for name, metric in _METRICS.items()
        )

    @display(description="Hash")
    def result_hash(self, backtest: Backtest) -> str | None:
        """The name of data, code and parameters, without reading the result itself."""
        return BacktestResult.objects.filter(pk=backtest.pk).values_list("hash", flat=True).first()


def _metric(backtest: Backtest, name: str) -> str | None:
    value = (backtest.metrics or {}).get(name)
    return None if value is None else metric_text(value, _METRICS[name], "")


def _quote(backtest: Backtest) -> str:
    """Return the asset in which it counts; nothing where the symbol is no longer known."""
    return Symbol.objects.filter(name=backtest.symbol).values_list("quote", flat=True).first() or ""


def _lines(items: Iterable[tuple[str, Any]]) -> str | None:
    return "\n".join(f"{name}: {ABSENT if value is None else value}" for name, value in items) or None


def _swept(sweep: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, values in sweep["parameters"].items():
        yield name, ", ".join(str(value) for value in values)
    yield "ranked by", sweep["rank_by"]
    if (days := sweep["walk_forward"]) is not None:  # PostgreSQL keeps the fields in an order of its own
        shown = ", ".join(f"{name} {days[name]}" for name in WalkForward.__struct_fields__)
        yield "walk-forward (days)", shown
