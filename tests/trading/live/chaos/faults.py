"""What happens to a deployment, and when: planned by a seed, each kind of fault as often as the others."""

import random
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from enum import StrEnum
from typing import NamedTuple

from tests.processes import Process
from tests.trading.live.chaos.deployed import WAIT_SECONDS, Deployed
from tests.waiting import until_now

_AGAIN = 0.25
"""How likely the next fault comes before all is as it was."""
_LONGEST_CALM_SECONDS = 1.0
_LONGEST_SECONDS = 2.5
"""The longest that something stands still, or is cut off; a worker longer, until another has taken over."""


class FaultKind(StrEnum):
    """What is done to whom."""

    KILL_WORKER = "SIGKILL of the worker that trades"
    STALL_WORKER = "SIGSTOP of the worker that trades"
    KILL_STANDBY = "SIGKILL of the worker that stands by"
    KILL_GATEWAY = "SIGKILL of a gateway"
    STALL_GATEWAY = "SIGSTOP of a gateway"
    CUT_POSTGRES = "cut of PostgreSQL"
    STALL_POSTGRES = "PostgreSQL stands still"
    CUT_REDIS = "cut of Redis"
    STALL_REDIS = "Redis stands still"


class Fault(NamedTuple):
    """A fault after a time of calm, how long it lasts, and whether the next one comes before all is as it was."""

    kind: FaultKind
    after: float
    seconds: float
    is_followed: bool
    gateway: int


def planned(count: int, seed: int, among: Sequence[FaultKind]) -> Iterator[Fault]:
    """Give so many faults of these kinds; the same for the same seed."""
    chance, kinds = random.Random(seed), list[FaultKind]()
    for number in range(count):
        if not kinds:
            kinds = chance.sample(among, len(among))
        yield Fault(
            kind=kinds.pop(),
            after=chance.uniform(0, _LONGEST_CALM_SECONDS),
            seconds=chance.uniform(0, _LONGEST_SECONDS),
            is_followed=chance.random() < _AGAIN and number + 1 < count,
            gateway=chance.randrange(2),
        )


def happen(fault: Fault, deployed: Deployed) -> None:
    """Let a fault happen, and be over; whoever is killed is replaced at once."""
    holder = deployed.holder()
    standby = next(worker for worker in deployed.workers if worker is not holder)
    url = list(deployed.gateways)[fault.gateway]
    doing: dict[FaultKind, Callable[[], None]] = {
        FaultKind.KILL_WORKER: lambda: deployed.kill_worker(holder),
        FaultKind.STALL_WORKER: lambda: _stall(holder, deployed, fault.seconds),
        FaultKind.KILL_STANDBY: lambda: deployed.kill_worker(standby),
        FaultKind.KILL_GATEWAY: lambda: deployed.kill_gateway(url),
        FaultKind.STALL_GATEWAY: lambda: _during(_stopped(deployed.gateways[url]), fault.seconds),
        FaultKind.CUT_POSTGRES: lambda: _during(deployed.postgres.cut(), fault.seconds),
        FaultKind.STALL_POSTGRES: lambda: _during(deployed.postgres.stalled(), fault.seconds),
        FaultKind.CUT_REDIS: lambda: _during(deployed.redis.cut(), fault.seconds),
        FaultKind.STALL_REDIS: lambda: _during(deployed.redis.stalled(), fault.seconds),
    }
    time.sleep(fault.after)  # the point at which it hits
    doing[fault.kind]()


def _stall(worker: Process, deployed: Deployed, seconds: float) -> None:
    """Let a worker stand still until another has taken over, and longer; what it then goes on with isn't stored."""
    with _stopped(worker):
        until_now(lambda: deployed.held_by() not in {None, worker}, seconds=WAIT_SECONDS, explain=deployed.said)
        time.sleep(seconds)


@contextmanager
def _stopped(process: Process) -> Iterator[None]:
    process.signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.signal(signal.SIGCONT)


def _during(fault: AbstractContextManager[None], seconds: float) -> None:
    with fault:
        time.sleep(seconds)
