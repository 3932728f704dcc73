"""`manage.py doctor` as operators run it: where all is well, and where something has failed."""

import asyncio
from pathlib import Path

from streaming.simulator.server import ExchangeSettings, SimulatedExchange
from tests.commands import Commands
from tests.databases.prepared_databases import begin_demo_database


async def test_it_ends_with_0_where_nothing_has_failed_and_else_with_1(tmp_path: Path) -> None:
    begin_demo_database(tmp_path)
    exchange = SimulatedExchange(settings=ExchangeSettings(tick_interval=None))
    await exchange.start()
    environment = {
        "VAR_DIR": str(tmp_path),
        "EXCHANGE_SOURCE": "simulator",
        "EXCHANGE_REST_URL": exchange.rest_url,
        "EXCHANGE_STREAM_URLS": exchange.stream_url,
    }
    with Commands(environment) as commands:
        try:
            code, said = await asyncio.to_thread(commands.run, "doctor")
        finally:
            await exchange.stop()
        assert code == 0, said
        lines = {line.split()[1]: line for line in said.splitlines() if line.startswith(("ok ", "warning "))}
        assert {"versions", "settings", "folder", "files", "disk", "database", "migrations", "writing"} <= lines.keys()
        assert {"redis", "exchange", "clock"} <= lines.keys()
        code, said = await asyncio.to_thread(commands.run, "doctor")
    assert code == 1
    assert "to do: may this machine reach it" in said
    assert "2 of 1" in said.splitlines()[-1]
