"""What an app declares a worker with, and what a worker runs on, in a process of its own or beside a server."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec

from streaming.clock import Clock
from streaming.fan_out.hub import Hub
from streaming.metrics.sources import MetricSources
from streaming.workers.declared_figures import Figure, FigureSource


class Instances(StrEnum):
    """How many processes of a worker work at a time: one, by its lease, while others stand by; or any number."""

    ONE = "one"
    MANY = "many"


class WorkerContext(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker runs on.

    `holder` is its process's name among the others. `epoch` is None where it must hold its lease to work; in a process
    that no other reaches it is the number to publish with, and no lease is taken. `has_own_process` says that nothing
    else lives in the process. `figures` is where one that declares figures has them read while it works, and `metrics`
    where it has those that Prometheus reads.
    """

    hub: Hub
    clock: Clock
    holder: str
    epoch: int | None = None
    has_own_process: bool = False
    figures: FigureSource = msgspec.field(default_factory=FigureSource)
    metrics: MetricSources = msgspec.field(default_factory=MetricSources)


class Work(Protocol):
    """Works until it is cancelled."""

    async def __call__(self, context: WorkerContext) -> None:
        """Do the work, standing by first where another holds the lease."""


class Backlog(msgspec.Struct, frozen=True, kw_only=True):
    """How much is due and in nobody's hands, and since when the longest waiting of it is; None where nothing is due."""

    due: int
    oldest: datetime | None


class CountBacklog(Protocol):
    """Counts what a worker has not got to yet."""

    def __call__(self, now: datetime) -> Backlog:
        """Return it as it is at `now`, an aware time; it may ask the database."""


class Worker(msgspec.Struct, frozen=True, kw_only=True):
    """A worker, as its app declares it.

    `name` is that of its lease or its presence, and what `manage.py run_worker` and the Procfile call it; `title` is
    what people read, such as `the bridge`. `work` and `backlog` are the dotted paths of a `Work` and of a
    `CountBacklog`, loaded where the worker runs or is looked at, and nowhere else. `presence_setting` names the
    setting with the seconds for which one of many still counts as alive after it has died. `figures` are what one that
    must be single tells of its work. With `follows_market` the bridge is asked for whatever topics it reads.
    """

    name: str
    title: str
    work: str
    instances: Instances = Instances.ONE
    backlog: str = ""
    presence_setting: str = ""
    figures: tuple[Figure, ...] = ()
    follows_market: bool = True
