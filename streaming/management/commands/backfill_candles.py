"""`manage.py backfill_candles`: fill the stored history."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from streaming.clock import SystemClock
from streaming.database.errors import AnyDatabaseError
from streaming.events import Interval
from streaming.management.backfill_display import BarDisplay, Display, LineDisplay, gap_lines, summary
from streaming.management.running import run_until_stopped
from streaming.management.terminal import INTERRUPTED, wants_colours
from streaming.management.unusable_database import unusable_database
from streaming.market.backfill.backfill import candles_backfill, candles_check, request_limits
from streaming.market.backfill.errors import BackfillError
from streaming.market.backfill.plan import CandleOrigin
from streaming.market.backfill.report import SeriesReport
from streaming.market.backfill.request import BackfillRequest, backfill_request
from streaming.market.own_source import own_source


class Command(BaseCommand):
    """Fetch what is missing of a range of candles, and store it."""

    help = (
        "Fetches the closed candles that are missing of a range, from the exchange's public archive and by REST, and "
        "stores them. It may be interrupted at any time: begun again, it goes on with what is missing. Exit code 0: "
        "all that the exchange has is stored; 1: it isn't, or what was asked for makes no sense; 130: interrupted."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--symbol", action="append", required=True, help="such as BTCUSDT; may be given again")
        parser.add_argument(
            "--interval",
            action="append",
            required=True,
            help=f"one of {', '.join(one.value for one in Interval)}; may be given again",
        )
        parser.add_argument(
            "--start", required=True, help="first day or time, such as 2024-01-31 or 2024-01-31T12:00, UTC"
        )
        parser.add_argument("--end", help="the day or time up to which, not included, UTC (default: now)")
        parser.add_argument(
            "--source",
            choices=[origin.value for origin in CandleOrigin],
            default=CandleOrigin.AUTO.value,
            help="archive files where worth it and REST for the rest, or only one of both (default: %(default)s)",
        )
        parser.add_argument(
            "--verify", action="store_true", help="fetch what is stored as well, and correct what the exchange revised"
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help="only tell what is missing; exit code 1 where anything is that the exchange may have",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Backfill or check; what goes wrong is told in a sentence."""
        try:
            request = _request(options)
            if options["check"]:
                self._check(request)
            else:
                self._backfill(request, options)
        except BackfillError as error:
            raise CommandError(str(error)) from None
        except AnyDatabaseError as error:
            raise unusable_database(error) from None
        except OSError as error:
            raise CommandError(f"A download could not be kept in {settings.VAR_DIR}: {error}") from None

    def _check(self, request: BackfillRequest) -> None:
        reports: list[SeriesReport] = []

        async def check() -> None:
            reports.extend(await candles_check(request))

        run_until_stopped(check())
        for report in reports:
            self.stdout.write(f"{report.name}: " + ("gaps" if report.unfilled else "complete"))
            for line in gap_lines(report):
                self.stdout.write(line)
        if any(report.unfilled for report in reports):
            raise CommandError("Candles are missing; without --check they are fetched.")

    def _backfill(self, request: BackfillRequest, options: dict[str, Any]) -> None:
        display = self._display(options)
        finished = False

        async def backfill() -> None:
            nonlocal finished
            with display.shown():
                await candles_backfill(request, display)
            finished = True

        try:
            run_until_stopped(backfill())
        finally:
            for line in summary(display.reports.values()):
                self.stdout.write(line)
        if not finished:
            raise CommandError(
                "Interrupted. What is stored stays; the same command goes on from there.", returncode=INTERRUPTED
            )
        if any(report.unfilled for report in display.reports.values()):
            raise CommandError("Candles are missing that the exchange may have; see above.")

    def _display(self, options: dict[str, Any]) -> Display:
        if self.stdout.isatty():
            return BarDisplay(sys.stdout, colours=wants_colours(sys.stdout, options))
        return LineDisplay(self._say, SystemClock(), interval=settings.BACKFILL_TELL_SECONDS)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _request(options: dict[str, Any]) -> BackfillRequest:
    return backfill_request(
        source=own_source(),
        symbols=options["symbol"],
        intervals=options["interval"],
        start=options["start"],
        end=options["end"],
        origin=CandleOrigin(options["source"]),
        verify=options["verify"],
        now_ms=SystemClock().now_ms(),
        limits=request_limits(),
    )
