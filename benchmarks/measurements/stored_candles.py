"""How long a backtest waits for a million stored candles, from PostgreSQL to a series of whole numbers."""

import subprocess
import sys

import msgspec

from benchmarks.options import Options
from tests.databases.prepared_databases import new_database, prepare_database
from tests.processes import ROOT, process_environment
from tests.services import need_postgres

_CANDLES = 1_000_000
_LONGEST_SECONDS = 600


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One reading of all candles."""

    candles: int
    seconds: float


def readings(options: Options) -> dict[str, list[Reading]]:
    """Fill a database of its own, and read it `options.rounds` times after once."""
    with new_database(need_postgres()) as url:
        environment = process_environment({"DATABASE_URL": url})
        prepare_database({"DATABASE_URL": url})
        program = [sys.executable, "-m", "benchmarks.backtests.stored_candles", str(_CANDLES), str(options.rounds + 1)]
        told = subprocess.run(  # noqa: S603 - our own program
            program, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True, timeout=_LONGEST_SECONDS
        )
    _, *seconds = msgspec.json.decode(told.stdout.splitlines()[-1], type=list[float])
    return {"PostgreSQL": [Reading(candles=_CANDLES, seconds=round(each, 3)) for each in seconds]}
