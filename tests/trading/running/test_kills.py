"""A trading worker that is really killed while another stands by: its run is taken up, and no process of it is left."""

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from streaming.clock import SystemClock
from streaming.commands.parameters import reader_of
from streaming.times import moment
from tests.databases.postgres_database import PostgresDatabase
from tests.processes import Process
from tests.services import need_redis
from tests.trading.market import HISTORY, MINUTE, START, SYMBOL, minutes_stored, symbol_listed
from tests.trading.running.obstacle import NAME, installed, is_alive
from tests.waiting import until_now
from trading.backtests.parameters import NewBacktest
from trading.backtests.services import backtest_create
from trading.engine.strategies.registry import installed_strategies

pytestmark = [pytest.mark.postgres, pytest.mark.redis]


def _queued(strategy: str) -> str:
    """Store a market, and a backtest that waits."""
    symbol_listed()
    minutes_stored(-HISTORY, HISTORY + 1200)
    given: dict[str, Any] = {"symbol": SYMBOL, "interval": "1m", "start": START, "end": START + 1000 * MINUTE}
    wanted = reader_of(NewBacktest)({**given, "strategy": strategy, "params": {}})
    now = moment(SystemClock().now_ms())
    return backtest_create(owner_id=User.objects.get(username="demo").pk, given=wanted, now=now).pk


def test_the_run_of_a_killed_worker_ends_though_its_strategy_hangs_and_is_taken_up_by_the_next(
    postgres: PostgresDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    obstacle = installed(tmp_path, monkeypatch)
    obstacle.put()
    environment = {
        "DATABASE_URL": postgres.url,
        "REDIS_URL": need_redis(),
        "REDIS_PREFIX": f"test-{os.getpid()}-{tmp_path.name}",
        "VAR_DIR": str(tmp_path),
        "PYTHONPATH": str(tmp_path),
        "TRADING_LEASE_SECONDS": "1.5",
        "TRADING_LEASE_RENEWAL_SECONDS": "0.3",
    }
    (backtest_id,) = postgres.run(lambda: _queued(NAME))
    installed_strategies.cache_clear()
    pid_file = tmp_path / "pid"
    with Process.command("run_trading", environment=environment) as first:
        until_now(lambda: pid_file.exists() and pid_file.read_text(), seconds=60, explain=lambda: first.output)
        orphan = int(pid_file.read_text())
        pid_file.unlink()
        with Process.command("run_trading", environment=environment) as second:
            second.wait_for("the worker starts")
            first.signal(signal.SIGKILL)
            until_now(pid_file.exists, seconds=60, explain=lambda: second.output)
            until_now(lambda: not is_alive(orphan), explain=lambda: "the run of the killed worker goes on")
            obstacle.clear()

            def row() -> tuple[Any, ...]:
                query = f"SELECT state, attempts FROM trading_backtest WHERE id = '{backtest_id}'"  # noqa: S608 - our own id
                return postgres.query(query)[0]

            until_now(lambda: row() == ("completed", 2), seconds=60, explain=lambda: f"{row()}\n{second.output}")
