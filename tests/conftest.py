"""Fixtures that several packages of tests share."""

from collections.abc import Iterator

import hypothesis
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from streaming.market.last_values import values_of_this_process
from tests import deployments
from tests.deployments import Deployment

hypothesis.settings.register_profile("tests", deadline=None)  # a busy machine is no failure
hypothesis.settings.load_profile("tests")

_TOGETHER = frozenset({"browser", "conformance", "faults", "wire"})
"""The packages whose tests share deployments that take long to start, and load the machine while they run."""


class PackageScheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Gives each process whole files, and whole packages where their tests share deployments."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        package = path.split("/")[1]
        return package if package in _TOGETHER else path


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> PackageScheduling:
    """Say which tests belong into one process where several run side by side."""
    return PackageScheduling(config, log)


@pytest.fixture(autouse=True)
def no_last_values() -> None:
    """Let no test see what another has left in this process's cache of last values."""
    values_of_this_process.cache_clear()


@pytest.fixture(scope="session", params=list(deployments.KINDS))
def deployment(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A running deployment on the simulator: on SQLite and memory, then on PostgreSQL and Redis with two gateways."""
    with deployments.KINDS[request.param](tmp_path_factory.mktemp("var")) as running:
        yield running


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """The demo, in one process. All tests come from one address: what limits that has tests of its own."""
    uncounted = dict.fromkeys(("THROTTLE_TOKEN", "THROTTLE_REGISTER", "THROTTLE_REFRESH"), "")
    with deployments.demo(tmp_path_factory.mktemp("var"), uncounted) as running:
        yield running
