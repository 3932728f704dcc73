"""Reading the deployment's history, for a command and REST: for staff."""

from typing import Annotated

import msgspec

from streaming.commands.access import Who
from streaming.commands.parameters import Parameters
from streaming.commands.use_cases import Caller, UseCase, command_of
from streaming.deployment_history.services import Series, deployment_history
from streaming.installed import installed_worker_figures
from streaming.times import WrittenTime


class HistoryHours(Parameters, frozen=True, kw_only=True):
    """How many of the last hours to return."""

    hours: Annotated[int, msgspec.Meta(ge=1, le=24)] = 24


class DeploymentHistoryAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of the deployment over the last hours.

    Each has a value for every step of `step_seconds` from `began` on: the greatest, the least, the mean or the sum of
    its minutes, as `summary` says; null where nothing is known. Figures of which nothing is known are left out.
    """

    began: WrittenTime
    step_seconds: int
    series: tuple[Series, ...]


def _history(caller: Caller, given: HistoryHours) -> DeploymentHistoryAnswer:
    """Return how the deployment was in the last hours."""
    found = deployment_history(now=caller.now, hours=given.hours, workers=installed_worker_figures())
    return DeploymentHistoryAnswer(
        began=caller.write_time(found.began_at), step_seconds=found.step_seconds, series=found.series
    )


HISTORY = UseCase(parameters=HistoryHours, act=_history, answer=DeploymentHistoryAnswer, access=Who.STAFF)

COMMANDS = (command_of("ops.history", HISTORY),)
