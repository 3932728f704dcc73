"""Deployments of two gateways, a bridge and the simulator: one on services that tests stop, pause and start again."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import deployments
from tests.deployments import Deployment
from tests.faults.shared import Shared, has_failed, note_outcome
from tests.own_services import OwnPostgres, OwnService, own_postgres, own_redis

HASTE = {
    "WS_HEALTH_INTERVAL_SECONDS": "1",
    "BRIDGE_STATUS_INTERVAL_SECONDS": "1",
    "BRIDGE_LINGER_SECONDS": "1",
    "DEMAND_INTERVAL_SECONDS": "1",
    "DEMAND_LEASE_SECONDS": "6",
    "THROTTLE_TOKEN": "",
}


class Stage:
    """Two gateways, a bridge and the simulator, on a Redis and a PostgreSQL that nobody else uses."""

    def __init__(self, deployment: Deployment, redis: OwnService, postgres: OwnPostgres) -> None:
        self.deployment = deployment
        self.redis = redis
        self.postgres = postgres


@contextmanager
def deploying(var_dir: Path, *, program: Sequence[str] = ("manage.py",), **settings: str) -> Iterator[Deployment]:
    """Run a deployment until the end of the `with`; `program` runs management commands.

    It is on the services that all tests share, or on those that `settings` name.
    """
    speed = ("--speed", "5")
    environment = {**HASTE, **settings}
    with deployments.several_processes(var_dir, environment, exchange_options=speed, program=program) as deployment:
        yield deployment


@contextmanager
def staging(var_dir: Path) -> Iterator[Stage]:
    """Run a stage until the end of the `with`."""
    with (
        own_redis() as redis,
        own_postgres() as postgres,
        deploying(var_dir, REDIS_URL=redis.url, DATABASE_URL=postgres.url) as deployment,
    ):
        yield Stage(deployment, redis, postgres)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note what has failed: what it has used may be broken."""
    report = yield
    note_outcome(item, report)
    return report


@pytest.fixture(scope="package")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared[Stage]]:
    """The stage that the tests of this package share."""
    with Shared(lambda: staging(tmp_path_factory.mktemp("var"))) as shared:
        yield shared


@pytest.fixture
def stage(stages: Shared[Stage], request: pytest.FixtureRequest) -> Iterator[Stage]:
    """A stage that each test leaves whole, unless it fails."""
    yield stages.get()
    if has_failed(request.node):
        stages.discard()
