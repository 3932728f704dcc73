"""What goes wrong, and when: every fault in turn, in an order drawn from the seed. Pure.

A cycle is every act once. A run has as many cycles as fit, at least one, and fills its time: of an episode, a part is
the fault's, and the rest is for things to settle.
"""

from collections.abc import Sequence
from enum import StrEnum
from random import Random

import msgspec

from streaming.simulator.faults.faults import AT_ONCE, FOLLOWING_ONLY, Fault, FaultKind

EPISODE_SECONDS = 40.0
"""How long an episode of a long run lasts, on average; in a short run it is shorter, so that each act has its turn."""
_SHARE_OF_FAULT = (0.3, 0.5)
_LONGEST_FAULT = 30.0
_ALONGSIDE = 0.15  # how often, in a long run, a second fault is on
_NEEDS_A_CUT = frozenset({FaultKind.REFUSE_STREAMS, FaultKind.REFUSE_REST, FaultKind.UNANSWERED})
"""Faults that only show when a connection is made."""
_OF_SOME_STREAMS = frozenset({FaultKind.SILENCE, FaultKind.FORGET, FaultKind.MISSING_CANDLES, FaultKind.LATE_CANDLES})


_OF_OWN_MARKET = tuple(kind for kind in FaultKind if kind not in FOLLOWING_ONLY)


class ProcessAct(StrEnum):
    """What is done to the deployment's own processes, where it has several."""

    BRIDGE_KILL = "bridge-kill"
    """The bridge that serves is killed; the other takes over, and the first is started again."""
    BRIDGE_STOP = "bridge-stop"
    """The bridge that serves is asked to end, and started again."""
    BRIDGE_STALL = "bridge-stall"
    """The bridge that serves is halted until it has lost its lease, and then goes on."""
    GATEWAY_KILL = "gateway-kill"
    """A gateway is killed, and started again."""
    GATEWAY_STOP = "gateway-stop"
    """A gateway is asked to end, and started again."""


class FurtherAct(StrEnum):
    """What befalls the further markets, Kraken's and Coinbase's alike, while the deployment's own goes on."""

    CUT = "further-cut"
    """Their connections are reset."""
    FREEZE = "further-freeze"
    """Their connections stay open, and nothing comes."""
    LOSE = "further-lose"
    """The next event of each of their streams is lost."""
    REFUSE = "further-refuse"
    """They are cut, and refuse new connections for a while."""
    KILL = "further-kill"
    """Their bridges are killed, and started again."""


Act = FaultKind | ProcessAct | FurtherAct


class Episode(msgspec.Struct, frozen=True, kw_only=True):
    """One act: when it begins (seconds from the run's start), how long it is on, and how long things may settle then.

    `faults` happen together, in order; `streams` is how many streams they are about, 0: all.
    """

    act: Act
    at: float
    seconds: float
    settle: float
    faults: tuple[Fault, ...] = ()
    streams: int = 0

    def __str__(self) -> str:
        """Return it in one line."""
        faults = " + ".join(_describe(fault) for fault in self.faults) or self.act.value
        about = f" of {self.streams} streams" if self.streams else ""
        return f"{self.at:7.1f} s  {faults}{about}, {self.seconds:.1f} s, then {self.settle:.1f} s to settle"


def schedule(random: Random, acts: Sequence[Act], seconds: float) -> tuple[Episode, ...]:
    """Return the episodes of a run of that length."""
    cycles = max(1, round(seconds / (len(acts) * EPISODE_SECONDS)))
    length = seconds / (cycles * len(acts))
    episodes: list[Episode] = []
    for _ in range(cycles):
        for act in random.sample(list(acts), len(acts)):
            is_long = length >= EPISODE_SECONDS / 2
            episodes.append(_episode(random, act, at=len(episodes) * length, length=length, is_long=is_long))
    return tuple(episodes)


def _episode(random: Random, act: Act, *, at: float, length: float, is_long: bool) -> Episode:
    seconds = min(length * random.uniform(*_SHARE_OF_FAULT), _LONGEST_FAULT)
    if isinstance(act, ProcessAct | FurtherAct):
        return Episode(act=act, at=at, seconds=seconds, settle=length - seconds)
    faults = [_fault(random, act, seconds)]
    if act in _NEEDS_A_CUT:
        faults.append(Fault(kind=FaultKind.CUT))
    if is_long and random.random() < _ALONGSIDE:
        faults.append(_fault(random, random.choice([kind for kind in _OF_OWN_MARKET if kind is not act]), seconds))
    streams = random.choice([0, 1, 2, 4]) if act in _OF_SOME_STREAMS else 0
    return Episode(act=act, at=at, seconds=seconds, settle=length - seconds, faults=tuple(faults), streams=streams)


def _fault(random: Random, kind: FaultKind, seconds: float) -> Fault:
    fault = Fault(
        kind=kind,
        seconds=None if kind in AT_ONCE else seconds,
        status=random.choice([451, 403, 429, 503] if kind is FaultKind.REFUSE_STREAMS else [429, 418, 503, 451]),
        code=random.choice([1008, 1001, 1011, 1012]),
        delay=random.uniform(*_DELAYS.get(kind, (0.0, 0.0))),
    )
    if fault.status in {429, 418}:
        return msgspec.structs.replace(fault, retry_after=random.randint(1, 3))
    return fault


_DELAYS = {
    FaultKind.LATE_PONG: (2.0, 30.0),
    FaultKind.SERVER_SHUTDOWN: (1.0, 5.0),
    FaultKind.LATE_CANDLES: (0.5, 8.0),
    FaultKind.LIFETIME: (3.0, 6.0),
}


def _describe(fault: Fault) -> str:
    told = [fault.kind.value]
    if fault.kind in {FaultKind.REFUSE_STREAMS, FaultKind.REFUSE_REST}:
        told.append(f"{fault.status}" + ("" if fault.retry_after is None else f" Retry-After {fault.retry_after}"))
    if fault.kind is FaultKind.CLOSE:
        told.append(str(fault.code))
    if fault.kind in _DELAYS:
        told.append(f"{fault.delay:.1f} s")
    return " ".join(told)
