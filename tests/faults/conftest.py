"""A deployment on services of its own, which the tests of this package stop, pause and start again."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import deployments
from tests.deployments import Deployment
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
def staging(var_dir: Path, *, program: Sequence[str] = ("manage.py",), **settings: str) -> Iterator[Stage]:
    """Run a stage until the end of the `with`; `program` runs management commands."""
    with own_redis() as redis, own_postgres() as postgres:
        environment = {"REDIS_URL": redis.url, "DATABASE_URL": postgres.url, **HASTE, **settings}
        speed = ("--speed", "5")
        with deployments.several_processes(var_dir, environment, exchange_options=speed, program=program) as deployment:
            yield Stage(deployment, redis, postgres)


@pytest.fixture(scope="package")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A stage that the tests of this package share: each leaves it whole."""
    with staging(tmp_path_factory.mktemp("var")) as running:
        yield running
