"""Trainings in this terminal: checked, their candles fetched, each in a process of its own, and shown by bars."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import TextIO

from channels.db import database_sync_to_async
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from streaming.clock import SystemClock
from streaming.commands.errors import WrongParametersError
from streaming.market.missing_symbols import missing_symbols_fetch
from streaming.market.own_source import own_source
from streaming.times import iso_time
from streaming.workers.database_thread import DatabaseThread
from trading.backtests.market_checks import symbol_faults
from trading.learning.kinds import learning_is_installed
from trading.models import ModelVersion
from trading.price_models.answers import version_answer
from trading.price_models.errors import LearningMissingError
from trading.running.training import TrainingTerms, model_trained


class TrainingDisplay:
    """A bar for the candles that are fetched, and one while a model learns; on anything but a terminal nothing."""

    def __init__(self, output: TextIO, *, colours: bool) -> None:
        self._console = Console(file=output, no_color=not colours, highlight=False)
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            console=self._console,
        )
        self._title = ""
        self._fetching = self._bars.add_task("candles", total=None, visible=False)
        self._learning = self._bars.add_task("learning", total=None, visible=False)

    def shown(self) -> AbstractContextManager[object]:
        """Show the bars within a `with`."""
        return self._bars if self._console.is_terminal else nullcontext()

    def turn_to(self, terms: TrainingTerms) -> None:
        """Show another model from now on."""
        self._title = f"{terms.name.algorithm.value} on {terms.name.symbol} {terms.name.interval.value}"
        self._bars.update(self._fetching, completed=0, visible=False)
        self._bars.update(self._learning, visible=False)

    def fetched(self, done: int, wanted: int) -> None:
        """Move the bar of the missing candles."""
        description = f"{self._title}: candles"
        self._bars.update(self._fetching, description=description, completed=done, total=wanted, visible=wanted > 0)

    def begins(self) -> None:
        """Show that a model learns, of which nobody knows how far it is."""
        self._bars.reset(self._learning, description=f"{self._title}: learning", total=None, visible=True)

    def summary(self, version: ModelVersion) -> str:
        """Return what came of a training in a line."""
        card = version_answer(version, iso_time, now=version.trained_at)
        told = "too few outcomes for a calibration"
        if card.calibration is not None:
            said = "it has skill" if card.calibration.has_skill else "no skill: it says nothing"
            told = f"AUC {card.calibration.auc:.3f} ± {card.calibration.auc_error:.3f}, {said}"
        earned = (
            f"{100 * card.earnings.net_return:.2f} % net of fees (hold {100 * card.baselines.hold.net_return:.2f} %)"
        )
        return f"{version}: {card.examples:,} examples, {told}; {earned}; {version.pk}"


async def models_trained(wanted: Iterable[TrainingTerms], display: TrainingDisplay) -> AsyncIterator[ModelVersion]:
    """Yield the versions that come of trainings, one after the other; each is published before the next begins.

    Raise `LearningMissingError`, `WrongParametersError`, `MarketUnavailableError` where no symbols can be had, and
    what `model_trained` raises. Cancelled, it leaves no process behind.
    """
    if not learning_is_installed():
        raise LearningMissingError
    clock, database = SystemClock(), DatabaseThread("training-candles")
    try:
        for terms in wanted:
            display.turn_to(terms)
            await missing_symbols_fetch(source=own_source(), clock=clock)
            if faults := await database_sync_to_async(symbol_faults)(terms.name.symbol):
                raise WrongParametersError(faults)
            yield await model_trained(
                terms,
                fetched=display.fetched,
                begins=display.begins,
                stopping=asyncio.Event(),
                slots=asyncio.Semaphore(1),
                database=database,
                clock=clock,
            )
    finally:
        await database.stop()
