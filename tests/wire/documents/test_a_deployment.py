"""docs/tutorials/a-deployment.md: from databases that are empty to a new version under load, as its reader does it."""

import os
import secrets
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.databases.prepared_databases import new_database
from tests.metric_values import free_port
from tests.processes import ROOT
from tests.services import need_node, need_node_module, need_postgres, need_program, need_redis
from tests.upgrades.version_before import unpack_version_before
from tests.wire.documents.reader import Reader

pytestmark = [pytest.mark.postgres, pytest.mark.redis]

_TUTORIAL = ROOT / "docs" / "tutorials" / "a-deployment.md"
_PORTS = ("8001", "8002", "8080", "8443", "9090", "9401", "9402", "9421", "9431", "9876")
_SHIPPED_WITH_PORTS = ("nginx/gateways.conf", "prometheus/prometheus.yml")
_DATABASE = "postgres://tidewire:a-password-of-yours@127.0.0.1:5432/"


@pytest.fixture
def databases() -> Iterator[dict[str, str]]:
    """Two empty databases, by the addresses that the tutorial calls them."""
    with new_database(need_postgres()) as running, new_database(need_postgres()) as restored:
        yield {f"{_DATABASE}tidewire_restored": restored, f"{_DATABASE}tidewire": running}


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Path]:
    """The version before, with this one beside it; whatever the reader has started there has ended afterwards."""
    folder = unpack_version_before(tmp_path / "tidewire")
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    (tmp_path / "tidewire-next").symlink_to(ROOT)
    yield folder
    for started in (folder / "var" / "deployment").glob("*.pid"):
        with suppress(ProcessLookupError):
            os.kill(int(started.read_text()), signal.SIGTERM)


def _respell_ports(checkout: Path, ports: dict[str, str]) -> None:
    """Put free ports into the shipped files, as tests run side by side."""
    for name in _SHIPPED_WITH_PORTS:
        path = checkout / "platform" / "deploy" / name
        text = path.read_text(encoding="utf-8")
        for port, free in ports.items():
            text = text.replace(f"127.0.0.1:{port}", f"127.0.0.1:{free}")
        path.write_text(text, encoding="utf-8")


@pytest.mark.timeout(600)  # a whole deployment, its backup and its upgrade, one after the other
def test_it_leads_from_nothing_to_a_deployment_that_is_upgraded_without_loss(
    checkout: Path, databases: dict[str, str]
) -> None:
    need_node()
    need_node_module("wscat")
    for program in ("nginx", "openssl", "prometheus", "promtool", "curl"):
        need_program(program)
    ports = {port: str(free_port()) for port in _PORTS}
    _respell_ports(checkout, ports)
    spelled = {**databases, "redis://127.0.0.1:6379/0": need_redis(), **ports}
    variables = {"REDIS_PREFIX": f"tidewire-test-{secrets.token_hex(4)}"}
    with Reader(checkout, spelled=spelled, running={}, variables=variables) as reader:
        run = reader.follow(_TUTORIAL.read_text(encoding="utf-8"))
    assert {"nginx", "prometheus", "restore", "replace", "counted", "stop"} <= set(run)
