"""Fixtures that several packages of tests share."""

from collections.abc import Iterator

import hypothesis
import pytest

from streaming.market.last_values import values_of_this_process
from tests import deployments
from tests.deployments import Deployment

hypothesis.settings.register_profile("tests", deadline=None)  # a busy machine is no failure
hypothesis.settings.load_profile("tests")


@pytest.fixture(autouse=True)
def no_last_values() -> None:
    """Let no test see what another has left in this process's cache of last values."""
    values_of_this_process.cache_clear()


@pytest.fixture(scope="session", params=["one process", "several processes"])
def deployment(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A running deployment on the simulator: on SQLite and memory, then on PostgreSQL and Redis with two gateways."""
    kind = deployments.demo if request.param == "one process" else deployments.several_processes
    with kind(tmp_path_factory.mktemp("var")) as running:
        yield running


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """The demo, in one process."""
    with deployments.demo(tmp_path_factory.mktemp("var")) as running:
        yield running
