"""Which workers run in the gateway's own process, where that is alone: nothing is stored, as nobody else is to know."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from streaming.events.system import WorkerLease


class OwnWorkers:
    """The workers of this process, and whether they are alive.

    One that has failed stays known, as not alive; one that was told to end is forgotten.
    """

    def __init__(self, process_id: str) -> None:
        self._process_id = process_id
        self._alive: dict[str, bool] = {}

    @contextmanager
    def running(self, name: str) -> Iterator[None]:
        """Let the worker count as alive while the block runs."""
        self._alive[name] = True
        try:
            yield
        except asyncio.CancelledError:
            del self._alive[name]
            raise
        finally:
            if name in self._alive:
                self._alive[name] = False

    def reports(self) -> tuple[WorkerLease, ...]:
        """Return what is known of each, by their names; they have no leases."""
        return tuple(
            WorkerLease(name=name, holder=self._process_id if alive else "", alive=alive)
            for name, alive in sorted(self._alive.items())
        )
