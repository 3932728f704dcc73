"""`manage.py backfill_candles` as people run it; as processes of its own where it is killed, and on a terminal."""

import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from streaming.market.models import Candle
from tests.databases.lost_connection import lost_connections
from tests.databases.postgres_database import PostgresDatabase
from tests.databases.prepared_databases import prepare_database
from tests.processes import ROOT, Process, process_environment

DAYS = 5
START = (datetime.now(UTC) - timedelta(days=20)).date()
RANGE = ("--symbol", "BTCUSDT", "--interval", "1m", "--start", f"{START}", "--end", f"{START + timedelta(days=DAYS)}")
WHOLE = DAYS * 1440
STORED = re.compile(r"BTCUSDT 1m: [\d,]+ of")


@pytest.fixture(scope="module")
def simulator() -> Iterator[str]:
    """Run a simulated exchange; return its address."""
    with Process.command("simulate_exchange", "--port", "0", environment={}) as process:
        yield process.wait_for(r"(http://[\d.:]+)")[1]


@pytest.fixture
def environment(simulator: str, tmp_path: Path) -> dict[str, str]:
    """Return the settings of a platform, for a process."""
    return {
        "VAR_DIR": str(tmp_path),
        "EXCHANGE_SOURCE": "simulator",
        "EXCHANGE_REST_URL": simulator,
        "EXCHANGE_ARCHIVE_URL": simulator,
        "BACKFILL_TELL_SECONDS": "0",
    }


@pytest.mark.postgres
def test_it_goes_on_where_it_was_killed(environment: dict[str, str], postgres: PostgresDatabase) -> None:
    environment["DATABASE_URL"] = postgres.url
    with Process.command("backfill_candles", *RANGE, environment=environment) as process:
        process.wait_for(STORED.pattern)
        process.signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    with Process.command("backfill_candles", *RANGE, environment=environment) as process:
        assert process.wait(100) == 0, process.output
        process.stop()
        assert_went_on(process.output)
    assert postgres.query("SELECT count(DISTINCT open_time), count(*) FROM market_candle") == [(WHOLE, WHOLE)]


def assert_went_on(output: str) -> None:
    """Check that whole days were left, and were stored."""
    wanted = int(re.findall(r"([\d,]+) candles to fetch", output)[0].replace(",", ""))
    assert 0 < wanted < WHOLE
    assert wanted % 1440 == 0
    assert f"BTCUSDT 1m: {wanted:,} candles stored, 0 changed" in output


@pytest.fixture
def here(simulator: str, settings: Settings, tmp_path: Path) -> None:
    """Let the command run in this process."""
    settings.VAR_DIR = tmp_path
    settings.EXCHANGE_SOURCE = "simulator"
    settings.EXCHANGE_REST_URL = settings.EXCHANGE_ARCHIVE_URL = simulator
    settings.BACKFILL_TELL_SECONDS = 0


def run(*options: str) -> str:
    """Run the command in this process; return its output."""
    output = StringIO()
    call_command("backfill_candles", *RANGE, *options, stdout=output)
    return output.getvalue()


class Interrupting(StringIO):
    """Interrupts the command, as Ctrl-C does, once it has said that it has stored something."""

    def write(self, text: str) -> int:
        """Keep what is said."""
        if STORED.match(text):
            signal.raise_signal(signal.SIGINT)
        return super().write(text)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("here")
def test_it_fills_a_range_and_then_finds_nothing_missing() -> None:
    with pytest.raises(CommandError, match="Candles are missing") as missing:
        run("--check")
    assert missing.value.returncode == 1
    filled = run()
    assert filled.splitlines()[0] == f"BTCUSDT 1m: {WHOLE:,} candles to fetch"
    assert f"BTCUSDT 1m: {WHOLE:,} candles stored, 0 changed ({WHOLE:,} from the archive)" in filled
    assert run("--check") == "BTCUSDT 1m: complete\n"
    assert "BTCUSDT 1m: nothing to fetch" in run()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("here")
def test_it_goes_on_where_it_was_interrupted() -> None:
    said = "Interrupted. What is stored stays; the same command goes on from there."
    with pytest.raises(CommandError, match=said) as interrupted:
        call_command("backfill_candles", *RANGE, stdout=Interrupting())
    assert interrupted.value.returncode == 130
    assert_went_on(run())
    assert Candle.objects.count() == WHOLE


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
    with lost_connections(), pytest.raises(CommandError, match=r"did `manage.py migrate` run\?\): connection already"):
        call_command("backfill_candles", *RANGE, stdout=StringIO())


@pytest.mark.parametrize("colours", [True, False])
def test_on_a_terminal_it_shows_a_bar(environment: dict[str, str], *, colours: bool) -> None:
    prepare_database(environment)
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
