"""A trading worker that runs for a while beside a deployment that others share."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.conformance.places import Place
from tests.processes import Process

_FORGET_LEASE = "from streaming.models import Lease; Lease.objects.filter(name='trading').delete()"


@contextmanager
def worker_beside(place: Place, **settings: str) -> Iterator[Process]:
    """Run one with some settings of its own; afterwards nobody misses it."""
    environment = place.deployment.environment
    try:
        with Process.command("run_trading", environment={**environment, **settings}) as worker:
            worker.wait_for("trading begins")
            yield worker
    finally:
        with Process.command("shell", "-c", _FORGET_LEASE, environment=environment) as shell:
            assert shell.wait() == 0, shell.output
