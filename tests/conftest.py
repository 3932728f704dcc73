"""Fixtures that several packages of tests share."""

from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from streaming.market.last_values import values_of_this_process
from tests import deployments
from tests.deployments import Deployment

hypothesis.settings.register_profile("tests", deadline=None)  # a busy machine is no failure
hypothesis.settings.load_profile("tests")

_TESTS = Path(__file__).parent
_TOGETHER = frozenset({"browser", "conformance", "wire"})
"""The packages whose tests share deployments that take long to start, and load the machine while they run."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say which tests belong into one process where several run side by side: those of a file, or of a package."""
    for item in items:
        path = item.path.relative_to(_TESTS)
        group = path.parts[0] if path.parts[0] in _TOGETHER else path.with_suffix("").as_posix()
        item.add_marker(pytest.mark.xdist_group(group))


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
