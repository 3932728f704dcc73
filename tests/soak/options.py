"""What a run is asked for."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from streaming.simulator.faults.faults import FOLLOWING_ONLY, FaultKind
from tests.soak.deployment.schedule import Act, FurtherAct, ProcessAct
from tests.soak.judging.judge import WriteTimeout
from tests.soak.judging.numbers import Bounds

LONG_SECONDS = 30 * 60
"""From this length on, a run leaves the deployment's settings as they are."""


class DeploymentKind(StrEnum):
    """How the deployment is made up."""

    ONE = "one"
    """Everything but the exchange in one process, on SQLite and the memory layer."""
    SEVERAL = "several"
    """Two gateways and two bridges, each in a process of its own, on PostgreSQL and Redis."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What one run is asked for. `seconds` is how long things go wrong; warming up and leaving come on top.

    `scale` is a factor on the number of clients: 1 suits two cores. `is_hostile`: a hostile user floods all the while.
    """

    kind: DeploymentKind
    seed: int
    seconds: float
    acts: tuple[Act, ...] = ()
    scale: float = 1.0
    warm_up: float = 20.0
    is_hostile: bool = True

    @property
    def all_acts(self) -> tuple[Act, ...]:
        """What goes wrong: what was asked for, else everything that can."""
        possible: tuple[Act, ...] = tuple(kind for kind in FaultKind if kind not in FOLLOWING_ONLY)
        if self.kind is DeploymentKind.SEVERAL:
            possible += (*ProcessAct, *FurtherAct)
        return tuple(act for act in possible if not self.acts or act in self.acts)

    @property
    def is_dense(self) -> bool:
        """True where the deployment's times are shortened, so that much happens in a short run."""
        return self.seconds < LONG_SECONDS

    @property
    def witnesses(self) -> int:
        """How many hold their channels."""
        return max(3, round(6 * self.scale))

    @property
    def resuming(self) -> int:
        """How many hold their channels as well, and resume; one more never leaves."""
        return max(3, round(6 * self.scale))

    @property
    def bounds(self) -> Bounds:
        """How much of each channel the deployment keeps for those who were away."""
        return Bounds(frames=300, milliseconds=30_000) if self.is_dense else Bounds(frames=1000, milliseconds=300_000)

    @property
    def resuming_stay(self) -> float:
        """How long one that resumes stays, on average, in seconds."""
        return min(self.bounds.milliseconds / 1000, self.seconds / 4)

    @property
    def restless(self) -> int:
        """How many come and go; every other one misbehaves."""
        return round(24 * self.scale)

    @property
    def honest(self) -> int:
        """How many ask for their rules beside the hostile user."""
        return 3

    @property
    def stay(self) -> float:
        """How long a witness stays, on average, in seconds."""
        return max(150.0, min(900.0, self.seconds / 2))

    @property
    def patience(self) -> WriteTimeout:
        """How long something may take to arrive."""
        return WriteTimeout(recovery=20_000, most=60_000) if self.is_dense else WriteTimeout()

    @property
    def leave_seconds(self) -> float:
        """How long it may take until everything is given back after the last client has left."""
        return 45.0 if self.is_dense else 150.0

    def episodes_to_warm_up(self, episodes: int) -> int:
        """Return after how many of all episodes the processes hold what they need: none in a short run.

        In a quarter of an hour each thing that can go wrong has done so about once, and clients have come back that
        missed as much as is kept: what a process needs for that it doesn't know before.
        """
        return 0 if self.is_dense else episodes // 4

    @property
    def environment(self) -> Mapping[str, str]:
        """The settings of the deployment that differ from the defaults."""
        kept = {
            "EVENT_HISTORY_FRAMES": str(self.bounds.frames),
            "EVENT_HISTORY_SECONDS": str(self.bounds.milliseconds // 1000),
        }
        return {**_OFTEN, **kept, **(_DENSE if self.is_dense else {})}


_OFTEN = {
    "BRIDGE_RENEW_AFTER_SECONDS": "300",
    "BRIDGE_RENEW_JITTER_SECONDS": "60",
    "BRIDGE_LIST_INTERVAL_SECONDS": "60",
}
"""What is due seldom happens in every run; and what only the list of subscriptions shows, is found in time."""

_DENSE = {
    "BRIDGE_RENEW_AFTER_SECONDS": "45",
    "BRIDGE_RENEW_JITTER_SECONDS": "5",
    "BRIDGE_RENEW_READY_SECONDS": "5",
    "BRIDGE_LIST_INTERVAL_SECONDS": "10",
    "BRIDGE_PREFERRED_RETRY_SECONDS": "15",
    "BRIDGE_FRAME_SILENCE_SECONDS": "9",
    "BRIDGE_DATA_SILENCE_SECONDS": "4",
    "BRIDGE_STREAM_SILENCE_SECONDS": "5",
    "BRIDGE_STALE_AFTER_SECONDS": "3",
    "EXCHANGE_REST_FIRST_AGAIN_SECONDS": "15",
    "GAP_RETRY_MAXIMUM_SECONDS": "4",
    "GAP_GIVE_UP_SECONDS": "25",
    "HUB_LINGER_SECONDS": "1",
    "BRIDGE_LINGER_SECONDS": "3",
    "DEMAND_INTERVAL_SECONDS": "1.5",
    "DEMAND_LEASE_SECONDS": "6",
    "BRIDGE_STATUS_INTERVAL_SECONDS": "1",
    "BRIDGE_LEASE_SECONDS": "3",
    "BRIDGE_LEASE_RENEW_SECONDS": "1",
    "WS_HEALTH_LEASE_SECONDS": "3",
    "WS_HEALTH_LEASE_RENEW_SECONDS": "1",
    "BRIDGE_PING_INTERVAL_SECONDS": "3",
    "BRIDGE_PING_TIMEOUT_SECONDS": "3",
    "BRIDGE_ANSWER_TIMEOUT_SECONDS": "2",
    "BRIDGE_RECONNECT_MAXIMUM_SECONDS": "3",
    "EXCHANGE_RATE_LIMIT_WAIT_SECONDS": "3",
}
