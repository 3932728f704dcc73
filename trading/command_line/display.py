"""How a backtest shows itself in a terminal: a bar while it runs, and a table of what came of it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from trading.backtests.metric_text import metric_text
from trading.engine.backtests.plan import Progress as RunProgress
from trading.engine.backtests.results.metrics import declared_metrics
from trading.engine.backtests.results.result import BacktestResult

_WIDTH = 100


class RunDisplay:
    """A bar for the candles that are fetched, and one for the run; on anything but a terminal it shows nothing."""

    def __init__(self, output: TextIO, *, colours: bool) -> None:
        self.console = Console(file=output, no_color=not colours, highlight=False)
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[told]}"),
            TimeRemainingColumn(),
            console=self.console,
        )
        self._fetching = self._bars.add_task("candles", total=None, visible=False, told="")
        self._running = self._bars.add_task("backtest", total=None, visible=False, told="")

    def shown(self) -> AbstractContextManager[object]:
        """Show the bars within a `with`."""
        return self._bars if self.console.is_terminal else nullcontext()

    def fetched(self, done: int, wanted: int) -> None:
        """Move the bar of the missing candles."""
        self._bars.update(self._fetching, completed=done, total=wanted, visible=wanted > 0)

    def ran(self, progress: RunProgress) -> None:
        """Move the run's bar."""
        told = f"{progress.fills:,} fills, equity {progress.equity:,.2f}"
        self._bars.update(self._running, completed=progress.done, total=progress.total, visible=True, told=told)

    def swept(self, done: int) -> None:
        """Do nothing: a sweep isn't run from here."""


def result_table(result: BacktestResult, *, title: str, quote: str) -> Table:
    """Return the metrics of a run beside those of buying and holding."""
    table = Table(title=title, title_justify="left")
    table.add_column("")
    table.add_column("strategy", justify="right")
    table.add_column("buy and hold", justify="right")
    held = result.benchmarks.buy_and_hold
    for metric in declared_metrics():
        values = (getattr(result.metrics, metric.name), getattr(held, metric.name))
        table.add_row(metric.title, *(metric_text(value, metric, quote) for value in values))
    return table


def remarks(result: BacktestResult) -> Iterator[str]:
    """Give in sentences what limits how far a result can be believed."""
    yield f"{result.candles:,} candles; hash {result.fingerprint.hash}"
    if result.is_partial:
        yield "It was stopped before its end."
    failed = result.checks.failed
    yield f"Checks that failed: {', '.join(failed)}." if failed else "No check failed."
    if result.refusal_count:
        yield f"{result.refusal_count:,} orders were refused; the first: {result.refusals[0].message}"
