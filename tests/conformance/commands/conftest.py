"""The trading workers beside a deployment that others share: nobody is to miss them afterwards."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.conformance.commands.trading_workers import worker_beside
from tests.conformance.places import Place
from tests.processes import Process


@pytest.fixture(scope="module")
def workers() -> Iterator[tuple[ExitStack, dict[str, Process]]]:
    """The workers that the tests of a module share, by the names of their places."""
    with ExitStack() as stack:
        yield stack, {}


@pytest.fixture
def trading_worker(place: Place, workers: tuple[ExitStack, dict[str, Process]]) -> Process:
    """Run a worker beside the deployment, from the first test of a module that needs it until the last one's end."""
    stack, running = workers
    if place.name not in running:
        running[place.name] = stack.enter_context(worker_beside(place))
    return running[place.name]
