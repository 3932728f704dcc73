"""`manage.py train_model`: models that learn, trained in this terminal."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from streaming.commands.errors import CommandRefusedError
from streaming.database.errors import AnyDatabaseError
from streaming.events import Interval
from streaming.management.running import run_until_stopped
from streaming.management.terminal import INTERRUPTED, wants_colours
from streaming.management.unusable_database import unusable_database
from streaming.market.errors import MarketUnavailableError
from streaming.market.own_source import own_source
from streaming.market.selectors import symbol_of_pair
from trading.command_line.train import TrainingDisplay, models_trained
from trading.learning.kinds import ModelKind
from trading.price_models.selectors import ModelName
from trading.running.process import ProcessDiedError, RunFailedError
from trading.running.training import TrainingTerms

_REFUSALS = (CommandRefusedError, MarketUnavailableError, RunFailedError, ProcessDiedError)
_INTERVALS = [interval.value for interval in Interval if interval is not Interval.MONTH_1]


class Command(BaseCommand):
    """Train models."""

    help = (
        "Trains models that learn what a symbol's price does next, on the candles of the last days, and publishes each "
        "as the version that is asked from now on; candles that are missing are fetched first. Needs the extra "
        "`learning`, and no server. Exit code 0: all were trained; 1: one can't be; 130: interrupted."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("symbols", nargs="+", metavar="SYMBOL", help="such as BTCUSDT")
        parser.add_argument(
            "--interval", default=settings.LEARNING_INTERVAL, choices=_INTERVALS, help="(default: %(default)s)"
        )
        parser.add_argument(
            "--algorithm",
            action="append",
            choices=[kind.value for kind in ModelKind],
            help="may be given again (default: those of LEARNING_ALGORITHMS)",
        )
        parser.add_argument(
            "--days", type=int, default=settings.LEARNING_DAYS, help="of candles up to now (default: %(default)s)"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Train one after the other; what goes wrong is told in a sentence."""
        if options["days"] < 1:
            raise CommandError("--days must be at least 1")
        kinds = [ModelKind(each) for each in options["algorithm"] or settings.LEARNING_ALGORITHMS]
        names = [
            ModelName(symbol_of_pair(symbol), Interval(options["interval"]), kind, own_source())
            for symbol in options["symbols"]
            for kind in kinds
        ]
        try:
            self._train([TrainingTerms(name=name, days=options["days"]) for name in names], options)
        except _REFUSALS as error:
            raise CommandError(str(error)) from None
        except AnyDatabaseError as error:
            raise unusable_database(error) from None

    def _train(self, wanted: list[TrainingTerms], options: dict[str, Any]) -> None:
        display = TrainingDisplay(sys.stderr, colours=wants_colours(sys.stderr, options))
        left = list(wanted)

        async def run() -> None:
            with display.shown():
                async for version in models_trained(wanted, display):
                    self.stdout.write(display.summary(version))
                    left.pop()

        run_until_stopped(run())
        if left:
            raise CommandError("Interrupted.", returncode=INTERRUPTED)
