"""`manage.py replay_recording`: whether recorded paper runs come to the same orders and executions again."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q, QuerySet

from streaming.events import Interval
from trading.engine.backtests.recorded_run import RecordedRunError, run_recorded
from trading.engine.backtests.results.statistics import statistics_of
from trading.engine.live.recordings.recording import Recording
from trading.engine.live.recordings.replay import ReplayError
from trading.live.recordings.replaying import ReplayDifference, recording_replay
from trading.models import BY_HAND
from trading.models import Recording as RecordingRow

_MOST_TOLD = 5


class Command(BaseCommand):
    """Does recordings again, one after another, and ends with 1 where one differs from what is stored."""

    help = (
        "Do again what was recorded of grids and accounts (TRADING_RECORDING), and compare orders and executions with "
        "those that are stored, one by one; exits with 1 where any differs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say which."""
        parser.add_argument("ids", nargs="*", metavar="ID", help="a grid's or an account's; by default all")
        parser.add_argument(
            "--interval",
            type=Interval,
            choices=list(Interval),
            default=Interval.MINUTE_1,
            metavar="INTERVAL",
            help="of the candles of the backtest whose figures are shown, such as 1m (the default), 1h",
        )

    def handle(self, *, ids: list[str], interval: Interval, **_: Any) -> None:
        """Replay them."""
        found = _recordings(ids)
        if not found.exists():
            raise CommandError("nothing is recorded of these; recording is on where TRADING_RECORDING is true")
        differing = [row.pk for row in found if not self._is_same(row, interval)]
        if differing:
            raise CommandError(f"{len(differing)} of {found.count()} recordings came to something else")

    def _is_same(self, row: RecordingRow, interval: Interval) -> bool:
        """Replay one, and say what it came to; return whether that is what is stored."""
        name = row.sub_account.grid_id or row.sub_account.account_id
        try:
            replayed = recording_replay(row)
        except ReplayError as error:
            self.stdout.write(f"{name}, recording {row.pk}: {error}")
            return False
        said = "as they are stored" if not replayed.differences else f"{len(replayed.differences)} differ"
        counts = f"{replayed.orders:,} orders, {replayed.fills:,} executions"
        self.stdout.write(f"{name}, recording {row.pk}: {row.steps:,} steps, {counts}: {said}")
        for difference in replayed.differences[:_MOST_TOLD]:
            self.stdout.write(f"  {_told(difference)}")
        self.stdout.write(f"  {_as_backtest(replayed.recording, interval)}")
        return not replayed.differences


def _recordings(ids: list[str]) -> QuerySet[RecordingRow]:
    rows = RecordingRow.objects.select_related("sub_account").order_by("id")
    by_hand = BY_HAND & Q(sub_account__account__in=ids)
    return rows.filter(Q(sub_account__grid__in=ids) | by_hand) if ids else rows


def _told(difference: ReplayDifference) -> str:
    name = f"{difference.what} {difference.number}"
    if not difference.stored:
        return f"{name} isn't stored"
    if not difference.replayed:
        return f"{name} is stored, and wasn't replayed"
    pairs = ((column, value, difference.stored.get(column)) for column, value in difference.replayed.items())
    return f"{name}: " + "; ".join(f"{column} {again}, stored {stored}" for column, again, stored in pairs)


def _as_backtest(recording: Recording, interval: Interval) -> str:
    """Return what a backtest says of the run."""
    try:
        found = run_recorded(recording, interval)
    except RecordedRunError as error:
        return f"not shown as a backtest: {error}"
    metrics = statistics_of(found.plan, found.series, found.outcome).metrics
    return (
        f"as a backtest of {len(found.series):,} candles: {len(found.outcome.fills):,} executions, "
        f"final equity {metrics.final_equity:f}"
    )
