"""A deployment is brought to this version under load: who reads it loses nothing, whichever versions run side by side.

The version before is taken from the checkout's history: that before the newest migration.
"""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from benchmarks.load.returning.returning_process import ReturningProcess, Seen
from benchmarks.measurements.resumption.gateways import Bridge, Gateway, Member, Worker
from tests.databases.prepared_databases import prepare_database
from tests.deployments import Deployment, simulated_market
from tests.processes import ROOT
from tests.upgrades.version_before import unpack_version_before
from tests.waiting import until_now

pytestmark = [pytest.mark.postgres, pytest.mark.redis]

CLIENTS = 40
CHANNELS = ("ticker:BTCUSDT", "trades:ADAUSDT", "trades:BTCUSDT")
RULE = {
    "name": "A level",
    "symbol": "BTCUSDT",
    "source": "price",
    "operator": "above",
    "threshold": "1",
    "trigger": "once",
}
LOAD_SECONDS = 60.0


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """The version before, unpacked."""
    return unpack_version_before(tmp_path / "before")


@pytest.fixture
def market(tmp_path: Path, before: Path) -> Iterator[Deployment]:
    """A simulated exchange, and a database with the tables of the version before."""
    with simulated_market(tmp_path, {"ALERTS_ON_SIMULATED_DATA": "true"}, root=before) as market:
        yield market


@pytest.fixture
def members(market: Deployment, before: Path) -> Iterator[list[Member]]:
    """Two gateways of the version before, a bridge, and a worker of alerts."""
    settings = market.environment
    with ExitStack() as stack:
        members = [
            *(Gateway(settings, before) for _ in range(2)),
            Bridge(settings, before),
            Worker(settings, "run_alerts", root=before),
        ]
        for member in members:
            stack.callback(member.stop)
        for member in reversed(members):
            member.wait_until_ready()
        yield members


def ask(url: str, token: str = "", body: Mapping[str, Any] | None = None) -> tuple[int, Any]:
    """Return the status and the JSON of an answer to a GET, or to a POST of `body`."""
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    request = urllib.request.Request(url, None if body is None else json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def assert_it_serves(gateway: str) -> None:
    """Check that somebody can log in at a gateway, and is told what the workers made of what is written there."""
    status, tokens = ask(f"{gateway}/api/v1/auth/token/", body={"username": "demo", "password": "demo"})
    assert status == 200, tokens
    status, rule = ask(f"{gateway}/api/v1/alerts/rules/", tokens["access"], RULE)
    assert status == 201, rule

    def has_fired() -> bool:
        status, events = ask(f"{gateway}/api/v1/alerts/events/?rule={rule['id']}", tokens["access"])
        assert status == 200, events
        return bool(events["total"])

    until_now(has_fired)


def wrongs(seen: Seen) -> dict[str, int]:
    """Return of each way to go wrong how often it did."""
    return {
        "lost": seen.lost,
        "doubled": seen.doubled,
        "not recovered": seen.counts.not_recovered,
        "otherwise wrong": seen.otherwise_wrong,
    }


def test_nothing_is_lost(market: Deployment, members: list[Member]) -> None:
    gateways = [member.address for member in members if isinstance(member, Gateway)]
    with ReturningProcess() as load:
        load.open(gateways, CHANNELS, CLIENTS)
        load.wait_until_up_to_date(LOAD_SECONDS)

        early = Gateway(market.environment)
        try:
            status, parts = ask(f"{early.address}/ready")
            assert (status, parts["database"]["state"]) == (503, "unmigrated")
            prepare_database(market.environment)
            early.wait_until_ready()
            for address in (*gateways, early.address):
                assert_it_serves(address)
        finally:
            early.stop()

        for member in members:
            member.end()
            member.begin_again(ROOT)
            member.wait_until_ready()
            load.wait_until_up_to_date(LOAD_SECONDS)
        for address in gateways:
            assert_it_serves(address)
        load.wait_until_up_to_date(LOAD_SECONDS)
        seen = load.look()
        assert sum(seen.cut.values()) >= CLIENTS  # each gateway sent its own away once
        assert wrongs(seen) == dict.fromkeys(wrongs(seen), 0)
