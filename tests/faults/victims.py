"""Bridges and a gateway that are killed, and started again at once, as whatever supervises them would."""

import asyncio
import signal
from collections import Counter
from contextlib import ExitStack
from random import Random

from tests.deployments import Deployment
from tests.faults.duty import Duty, duty_of
from tests.processes import Process
from tests.waiting import until_now

_SERVING = r"Serving on (http://\S+)"
_READY_SECONDS = 60.0
_AGAIN = 0.5
"""How likely another kill follows, before all is as it was."""
_AGAIN_SECONDS = 3.0
"""The longest time until it does: longer than another bridge takes to take over."""
_WEIGHTS = {"the bridge": 6, "the last in line": 1, "the gateway": 3}
HASTE = {"BRIDGE_LEASE_SECONDS": "2", "BRIDGE_LEASE_RENEW_SECONDS": "0.5"}
"""Settings with which the one that stands by takes over within a kill or two."""


class Victims:
    """Two bridges and a gateway of a deployment; `random` decides who is killed, and when.

    Most often it is the bridge: the one that serves or, while none does, the one that is to take over. `handovers` says
    how often one that served was killed.
    """

    def __init__(self, deployment: Deployment, random: Random, processes: ExitStack) -> None:
        self._environment = deployment.environment
        self._random = random
        self._processes = processes
        self._bridges = [deployment.processes["bridge"], self._bridge()]
        self._gateway = self._serve("0")
        self.gateway: str = self._gateway.wait_for(_SERVING)[1]
        """The address of the gateway, which it keeps."""
        self.counts: Counter[str] = Counter()
        self.handovers = 0
        self._until_whole()

    async def kill(self, most: int) -> list[str]:
        """Kill one, and perhaps others while it is replaced, `most` at most; wait until all are there again.

        Return who was killed, and after how many seconds.
        """
        killed = [self._kill_one()]
        while len(killed) < most and self._random.random() < _AGAIN:
            seconds = self._random.uniform(0, _AGAIN_SECONDS)
            await asyncio.sleep(seconds)
            killed.append(f"{seconds:.2f} s later {self._kill_one()}")
        await asyncio.to_thread(self._until_whole)
        return killed

    def _kill_one(self) -> str:
        """Kill one and start another in its place; return who it was. The first of a run is the bridge."""
        (victim,) = self._random.choices(tuple(_WEIGHTS), tuple(_WEIGHTS.values())) if self.counts else ("the bridge",)
        if victim == "the gateway":
            _kill(self._gateway)
            self._gateway = self._serve(self.gateway.rsplit(":", 1)[1])
        else:
            victim = self._kill_bridge(self._first_in_line() if victim == "the bridge" else self._bridges[-1])
        self.counts[victim] += 1
        return victim

    def _kill_bridge(self, bridge: Process) -> str:
        """Kill a bridge and start another; return which one it was."""
        served = duty_of(bridge) is Duty.SERVES
        is_heir = bridge is self._first_in_line()
        _kill(bridge)
        self._bridges.remove(bridge)
        self._bridges.append(self._bridge())
        self.handovers += served
        if served:
            return "the bridge that served"
        return "the one to take over" if is_heir else "one that stood by"

    def _first_in_line(self) -> Process:
        """Return the bridge that serves; where none does, the one that has been there longest."""
        return next((one for one in self._bridges if duty_of(one) is Duty.SERVES), self._bridges[0])

    def _until_whole(self) -> None:
        self._gateway.wait_for(_SERVING)
        for bridge in self._bridges:
            bridge.wait_for("|".join(Duty))
        until_now(self._is_whole, seconds=_READY_SECONDS, explain=self._account)

    def _is_whole(self) -> bool:
        assert not any(one.has_ended for one in (self._gateway, *self._bridges)), self._account()
        return sorted(map(str, map(duty_of, self._bridges))) == sorted(Duty)

    def _account(self) -> str:
        return "\n--\n".join(one.output for one in (self._gateway, *self._bridges))

    def _bridge(self) -> Process:
        return self._processes.enter_context(Process.command("run_bridge", environment=self._environment))

    def _serve(self, port: str) -> Process:
        return self._processes.enter_context(Process.command("serve", "--port", port, environment=self._environment))


def _kill(process: Process) -> None:
    process.signal(signal.SIGKILL)
    process.wait()
