"""`manage.py backtest`: a strategy over candles of the past, in this terminal."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from streaming.clock import SystemClock
from streaming.commands.errors import CommandRefusedError
from streaming.database.errors import AnyDatabaseError
from streaming.events import Interval
from streaming.management.running import run_until_stopped
from streaming.management.terminal import INTERRUPTED, wants_colours
from streaming.management.unusable_database import unusable_database
from streaming.market.errors import MarketUnavailableError
from trading.backtests.export import result_json, trades_csv
from trading.backtests.parameters import NewBacktest
from trading.command_line.display import RunDisplay, remarks, result_table
from trading.command_line.equity_chart import equity_chart
from trading.command_line.request import request_of
from trading.command_line.run import backtest_result
from trading.engine.backtests.results.result import BacktestResult
from trading.engine.strategies.registry import installed_strategies
from trading.running.process import ProcessDiedError, RunFailedError

_PICTURE = ".svg"
_REFUSALS = (CommandRefusedError, MarketUnavailableError, RunFailedError, ProcessDiedError)


class Command(BaseCommand):
    """Run a backtest."""

    help = (
        "Runs a strategy over candles of the past and shows what came of it; candles that are missing are fetched "
        "first. It needs no server. Exit code 0: it ran; 1: it can't be run; 130: interrupted."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("symbol", help="such as BTCUSDT")
        parser.add_argument("interval", help=f"one of {', '.join(one.value for one in Interval)}")
        parser.add_argument("--strategy", required=True, help=f"one of {', '.join(sorted(installed_strategies()))}")
        parser.add_argument(
            "--set", action="append", metavar="NAME=VALUE", help="a parameter of the strategy; may be given again"
        )
        parser.add_argument("--start", help="first day or time, such as 2024-01-31 or 2024-01-31T12:00, UTC")
        parser.add_argument("--end", help="the day or time up to which, not included, UTC (default: now)")
        parser.add_argument(
            "--days", type=int, default=30, help="how many days before the end, without --start (default: %(default)s)"
        )
        parser.add_argument("--capital", default="1000", help="in the quote asset (default: %(default)s)")
        parser.add_argument(
            "--fee", default="0.001", help="of each fill, as a fraction: 0.001 is 0.1 %% (default: %(default)s)"
        )
        parser.add_argument("--slippage", default="0.0005", help="of what takes, likewise (default: %(default)s)")
        parser.add_argument(
            "--fills",
            default="through",
            help="when a limit is filled: through (its price) or touch (default: %(default)s)",
        )
        parser.add_argument("--json", metavar="FILE", help="write all that came of it; - for the standard output")
        parser.add_argument("--csv", metavar="FILE", help="write the trades; - for the standard output")
        parser.add_argument("--plot", metavar="FILE.svg", help="draw equity and drawdown")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run and show; what goes wrong is told in a sentence."""
        if options["plot"] and Path(options["plot"]).suffix != _PICTURE:
            raise CommandError(f"--plot draws a file that ends in {_PICTURE}")
        try:
            given = request_of(options, now_ms=SystemClock().now_ms())
            result = self._result(given, options)
            self._show(given, result, options)
        except _REFUSALS as error:
            raise CommandError(str(error)) from None
        except AnyDatabaseError as error:
            raise unusable_database(error) from None
        except OSError as error:
            raise CommandError(f"A file could not be written: {error}") from None

    def _result(self, given: NewBacktest, options: dict[str, Any]) -> BacktestResult:
        display = RunDisplay(sys.stderr, colours=wants_colours(sys.stderr, options))
        found: list[BacktestResult] = []

        async def run() -> None:
            with display.shown():
                found.append(await backtest_result(given, display))

        run_until_stopped(run())
        if not found:
            raise CommandError("Interrupted.", returncode=INTERRUPTED)
        return found[0]

    def _show(self, given: NewBacktest, result: BacktestResult, options: dict[str, Any]) -> None:
        title = f"{given.strategy_name} on {given.symbol_name} {given.interval.value}"
        if options["json"]:
            self._write(options["json"], result_json(result))
        if options["csv"]:
            self._write(options["csv"], trades_csv(result.trades))
        if options["plot"]:
            self._write(options["plot"], equity_chart(result, title=title))
        if "-" in (options["json"], options["csv"]):
            return
        console = RunDisplay(self.stdout, colours=wants_colours(sys.stdout, options)).console  # type: ignore[arg-type]
        console.print(result_table(result, title=title, quote=result.plan.instrument.quote))
        for remark in remarks(result):
            console.print(remark, markup=False, soft_wrap=True)

    def _write(self, path: str, text: str) -> None:
        if path == "-":
            self.stdout.write(text, ending="")
        else:
            Path(path).write_text(text, encoding="utf-8")
