"""Fixtures that several packages of tests share."""

import gc
import os
import secrets
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from asgiref.sync import SyncToAsync
from django.db import connections
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker
from xdist.remote import Producer
from xdist.workermanage import WorkerController

from streaming.market.publishing.configured_last_values import values_of_this_process
from tests.config.http.found_static_files import static_files_found_once
from tests.databases.emptied_tables import empty_tables
from tests.databases.kept_transactions import transactions_kept
from tests.databases.postgres_database import PostgresDatabase
from tests.databases.prepared_databases import fill_with_tables, new_database, prepare_database, share_prepared
from tests.examples import choose_how_many
from tests.scheduling.fast import FastTests, forbid_processes
from tests.scheduling.package_scheduling import PackageScheduling
from tests.scheduling.spared import SPARED
from tests.services import need_postgres

_SEEDS = ("ALERT_SEED", "DELIVERY_SEED", "FAULT_SEED", "SOAK_SEED", "WALLET_SEED")
"""What random tests take their seeds from: chosen here where they aren't given, for all processes of a run."""
_SEEDS_CACHE = "tidewire/seeds"
_COLLECTIONS_BEFORE_A_FULL_ONE = 100
_WITHOUT_SYNC = "PRAGMA synchronous=OFF"
"""Waits for no disk: only a loss of power could lose anything."""
_LEFT_OUT = pytest.StashKey[int]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let fast tests be chosen."""
    parser.addoption("--fast", action="store_true", help="run what starts no process, asks no service and isn't long")


def pytest_configure(config: pytest.Config) -> None:
    """Choose the seeds, and where databases are prepared; the processes that xdist starts inherit both.

    With `--last-failed` the seeds are the last run's.
    """
    _let_interrupts_be_heard()
    choose_how_many(fast=config.getoption("fast"))
    cache: pytest.Cache | None = getattr(config, "cache", None)
    before = cache.get(_SEEDS_CACHE, {}) if cache is not None and config.getoption("lf") else {}
    for name in _SEEDS:
        if os.environ.get(name, "0") in {"", "0"}:
            os.environ[name] = before.get(name) or str(1 + secrets.randbelow(1_000_000))
    share_prepared()
    if cache is not None and not hasattr(config, "workerinput"):
        cache.set(_SEEDS_CACHE, {name: os.environ[name] for name in _SEEDS})


def _let_interrupts_be_heard() -> None:
    """Give Ctrl-C its meaning back in what tests start: a shell that runs the suite in the background takes it away."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_report_header() -> str:
    """Say the seeds before anything runs, so that a run can be repeated whatever becomes of it."""
    return " ".join(["seeds:", *(f"{name}={os.environ[name]}" for name in _SEEDS)])


def pytest_collection(session: pytest.Session) -> None:
    """Spare each test the fixtures that pytest-django has for what no test here uses."""
    of_plugins = session._fixturemanager._node_autousenames[session]
    of_plugins[:] = [name for name in of_plugins if name not in SPARED]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep what is fast, where that is asked for."""
    if config.getoption("fast"):
        _keep_fast(config, items)


def _keep_fast(config: pytest.Config, items: list[pytest.Item]) -> None:
    fast_tests = FastTests()
    fast = [item for item in items if fast_tests.is_fast(item)]
    config.stash[_LEFT_OUT] = len(items) - len(fast)
    if hasattr(config, "workeroutput"):  # a process of xdist, whose config isn't the one that sums up
        config.workeroutput["left out"] = config.stash[_LEFT_OUT]
    items[:] = fast
    forbid_processes()


def pytest_collection_finish() -> None:
    """Look for garbage seldom, and never in what was collected: a sixth of the time of tests in one process went there.

    Only collections of everything are made rarer, each of which looks at all the modules that tests have loaded.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*gc.get_threshold()[:2], _COLLECTIONS_BEFORE_A_FULL_ONE)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: WorkerController) -> None:
    """Take over from a process how many tests it has left out; each collects the same ones."""
    node.config.stash[_LEFT_OUT] = getattr(node, "workeroutput", {}).get("left out", 0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how many tests were left out."""
    if config.getoption("fast"):
        left_out = config.stash.get(_LEFT_OUT, 0)
        terminalreporter.write_line(
            f"{left_out} tests were left out, which start a process, ask a service or take long"
        )


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> PackageScheduling:
    """Say which tests belong into one process where several run side by side."""
    return PackageScheduling(config, log)


@pytest.fixture(scope="session")
def copies_tables() -> bool:
    """Whether the test database begins with copied tables, which one process of a run makes for all: SQLite's."""
    return connections["default"].vendor == "sqlite"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, tmp_path_factory: pytest.TempPathFactory, *, copies_tables: bool
) -> None:
    """Let a test database into which tables are copied begin without migrations, in a file, as in production.

    In memory SQLite refuses one thread at once what another uses ("database table is locked"); in a file it
    waits, as long as the settings say.
    """
    if copies_tables:
        configuration = connections["default"].settings_dict
        configuration["TEST"] |= {"MIGRATE": False, "NAME": str(tmp_path_factory.mktemp("database") / "test.sqlite3")}
        configuration["OPTIONS"]["init_command"] += f"; {_WITHOUT_SYNC}"


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, pytestconfig: pytest.Config, *, copies_tables: bool
) -> Iterator[None]:
    """Copy the tables; in the end close the connection of the thread that asks for asynchronous tests.

    PostgreSQL drops no database to which anybody is connected, and whichever such test is the last leaves that
    connection.
    """
    if copies_tables:
        with django_db_blocker.unblock():
            connections["default"].ensure_connection()
            fill_with_tables(connections["default"].connection, starts_processes=not pytestconfig.getoption("fast"))
    yield
    SyncToAsync.single_thread_executor.submit(connections.close_all).result()


@pytest.fixture(scope="session", autouse=True)
def _permissions_stay() -> Iterator[None]:
    """Let tests of transactions empty all tables but those of permissions, and that in little time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: empty_tables())
        yield


@pytest.fixture(scope="session", autouse=True)
def _transactions_are_kept() -> Iterator[None]:
    """Let no test's transaction end with what it asks."""
    with transactions_kept():
        yield


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_found_once() -> Iterator[None]:
    """Let no test's client look for the static files again."""
    with static_files_found_once():
        yield


@pytest.fixture(autouse=True)
def no_last_values() -> None:
    """Let no test see what another has left in this process's cache of last values."""
    values_of_this_process.cache_clear()


@pytest.fixture
def postgres(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[PostgresDatabase]:
    """A PostgreSQL database with tables and the demo's users."""
    with new_database(need_postgres()) as url, django_db_blocker.unblock():
        prepare_database({"DATABASE_URL": url, "VAR_DIR": str(tmp_path)})
        yield PostgresDatabase(url)
