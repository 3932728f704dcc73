"""`manage.py backfill_candles` as people run it: real processes, killed and interrupted, on both databases."""

import os
import pty
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from streaming.market.models import Candle
from tests.lost_connection import lost_connections
from tests.prepared_databases import new_database
from tests.processes import ROOT, Process, process_environment
from tests.services import need_postgres

Environment = Mapping[str, str]
DAYS = 5
START = (datetime.now(UTC) - timedelta(days=20)).date()
RANGE = ("--symbol", "BTCUSDT", "--interval", "1m", "--start", f"{START}", "--end", f"{START + timedelta(days=DAYS)}")
WHOLE = DAYS * 1440


@pytest.fixture(scope="module")
def simulator() -> Iterator[str]:
    """Run a simulated exchange; return its address."""
    with Process.command("simulate_exchange", "--port", "0", environment={}) as process:
        yield process.wait_for(r"(http://[\d.:]+)")[1]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SQLite database with empty tables."""
    folder = tmp_path_factory.mktemp("template")
    migrate({"VAR_DIR": str(folder)})
    return folder / "tidewire.sqlite3"


def migrate(settings: Environment) -> None:
    """Make the tables."""
    with Process.command("migrate", "--verbosity", "0", environment=settings) as migrating:
        assert migrating.wait(60) == 0, migrating.output


@pytest.fixture
def environment(
    request: pytest.FixtureRequest, simulator: str, template: Path, tmp_path: Path
) -> Iterator[Environment]:
    """Return the settings of a platform with an empty database: on SQLite, or as the parameter says."""
    with ExitStack() as stack:
        settings = {
            "VAR_DIR": str(tmp_path),
            "EXCHANGE_SOURCE": "simulator",
            "EXCHANGE_REST_URL": simulator,
            "EXCHANGE_ARCHIVE_URL": simulator,
            "BACKFILL_TELL_SECONDS": "0",
        }
        if getattr(request, "param", "sqlite") == "postgres":
            settings["DATABASE_URL"] = stack.enter_context(new_database(need_postgres()))
            migrate(settings)
        else:
            shutil.copy(template, tmp_path)
        yield settings


on_both = pytest.mark.parametrize("environment", ["sqlite", "postgres"], indirect=True)


def run(environment: Environment, *arguments: str) -> tuple[int, str]:
    """Run the command to its end; return its exit code and output."""
    process = Process.command("backfill_candles", *arguments, environment=environment)
    code = process.wait(100)
    process.stop()
    return code, process.output


@on_both
def test_it_fills_a_range_and_then_finds_nothing_missing(environment: Environment) -> None:
    code, output = run(environment, *RANGE, "--check")
    assert (code, f"({WHOLE:,} candles)" in output) == (1, True), output
    code, output = run(environment, *RANGE)
    assert (code, output.splitlines()[0]) == (0, f"BTCUSDT 1m: {WHOLE:,} candles to fetch")
    assert f"BTCUSDT 1m: {WHOLE:,} candles stored, 0 changed ({WHOLE:,} from the archive)" in output
    assert run(environment, *RANGE, "--check") == (0, "BTCUSDT 1m: complete")
    assert "BTCUSDT 1m: nothing to fetch" in run(environment, *RANGE)[1]


@pytest.mark.parametrize(
    ("environment", "number"),
    [("postgres", signal.SIGKILL), ("sqlite", signal.SIGTERM), ("sqlite", signal.SIGINT)],
    indirect=["environment"],
)
def test_it_goes_on_where_it_was_ended(environment: Environment, number: signal.Signals) -> None:
    with Process.command("backfill_candles", *RANGE, environment=environment) as process:
        process.wait_for(r"BTCUSDT 1m: [\d,]+ of")
        process.signal(number)
        code = process.wait()
        process.stop()
        output = process.output
    if number is signal.SIGKILL:
        assert code == -signal.SIGKILL
    else:
        assert code == 130
        assert "Interrupted. What is stored stays; the same command goes on from there." in output
        assert "Traceback" not in output
    code, output = run(environment, *RANGE)
    wanted = int(re.findall(r"([\d,]+) candles to fetch", output)[0].replace(",", ""))
    assert 0 < wanted < WHOLE
    assert wanted % 1440 == 0
    assert code == 0
    assert f"BTCUSDT 1m: {wanted:,} candles stored, 0 changed" in output
    assert run(environment, *RANGE, "--check")[0] == 0


@pytest.fixture
def here(simulator: str, settings: Settings, tmp_path: Path) -> None:
    """Let the command run in this process."""
    settings.VAR_DIR = tmp_path
    settings.EXCHANGE_SOURCE = "simulator"
    settings.EXCHANGE_REST_URL = settings.EXCHANGE_ARCHIVE_URL = simulator


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--symbol", "BTCUST"), "The exchange has no symbol 'BTCUST'. The closest are BTCUSDT"),
        (("--interval", "7m"), "There is no interval '7m'; there are 1s, 1m"),
        (("--start", "2099-01-01"), "The range lies in the future"),
        (("--start", "soon"), "--start is a date"),
        (("--end", "2020-01-01"), "The range is reversed"),
        (("--end", f"{START}"), "The range is empty"),
        (("--start", "2019-01-01", "--end", "2019-02-01"), "The exchange has no candles of BTCUSDT 1m"),
        (("--interval", "1s", "--start", "2016-01-01"), "one run takes at most 50,000,000 (BACKFILL_MAXIMUM_CANDLES)"),
    ],
)
def test_it_refuses_what_makes_no_sense_in_one_sentence(arguments: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("backfill_candles", *RANGE, *arguments, stdout=StringIO())
    assert sentence in str(refused.value)
    assert (refused.value.returncode, "\n" in str(refused.value)) == (1, False)
    assert not Candle.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("here")
def test_it_says_so_where_the_exchange_is_away(settings: Settings) -> None:
    settings.EXCHANGE_REST_URL = "http://127.0.0.1:1"
    with pytest.raises(CommandError, match="No symbols are known yet, and the exchange's can't be read"):
        call_command("backfill_candles", *RANGE, stdout=StringIO())


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("here")
def test_what_could_not_be_had_fails_the_command_and_is_told(settings: Settings) -> None:
    settings.EXCHANGE_ARCHIVE_URL = "http://127.0.0.1:1"
    output = StringIO()
    with pytest.raises(CommandError, match="Candles are missing that the exchange may have") as failed:
        call_command("backfill_candles", *RANGE, "--source", "archive", stdout=output)
    assert failed.value.returncode == 1
    assert f"  missing: {START} 00:00 to {START + timedelta(days=DAYS - 1)} 23:59 ({WHOLE:,} candles)" in (
        output.getvalue()
    )
    assert "the archive can't be reached" in output.getvalue()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("here")
def test_it_says_so_where_the_connection_to_the_database_is_lost() -> None:
    with lost_connections(), pytest.raises(CommandError, match=r"The database can't be used .*: connection already"):
        call_command("backfill_candles", *RANGE, stdout=StringIO())


def test_it_says_so_where_the_tables_are_missing(environment: Environment, tmp_path: Path) -> None:
    (tmp_path / "tidewire.sqlite3").unlink()
    code, output = run(environment, *RANGE)
    assert (code, "did `manage.py migrate` run?" in output, "Traceback" in output) == (1, True, False), output


@pytest.mark.parametrize("colours", [True, False])
def test_on_a_terminal_it_shows_a_bar(environment: Environment, *, colours: bool) -> None:
    terminal, other_side = pty.openpty()
    settings = process_environment({**environment, "TERM": "xterm-256color", "COLUMNS": "120"})
    settings.pop("NO_COLOR", None)
    settings |= {} if colours else {"NO_COLOR": "1"}
    process = subprocess.Popen(
        [sys.executable, "manage.py", "backfill_candles", *RANGE],
        cwd=ROOT, env=settings, stdin=other_side, stdout=other_side, stderr=other_side,
    )  # fmt: skip
    os.close(other_side)
    shown = read_to_the_end(terminal)
    assert process.wait(30) == 0, shown
    assert "━" in shown
    assert f"{WHOLE}/{WHOLE}" in shown
    assert f"{WHOLE:,} candles stored" in shown
    assert bool(re.search(r"\x1b\[[\d;]*3[0-8]", shown)) is colours


def read_to_the_end(terminal: int) -> str:
    """Return all that is written to a terminal until nobody has it open any more."""
    shown = b""
    while True:
        try:
            part = os.read(terminal, 65_536)
        except OSError:  # Linux says so where the other side is closed
            break
        if not part:
            break
        shown += part
    os.close(terminal)
    return shown.decode()
