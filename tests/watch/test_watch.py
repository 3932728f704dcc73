"""`manage.py watch` against a real deployment, by its command line; what it says to any server, test_run.py proves."""

import os
import pty
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from django.core.management import CommandError, call_command

from tests.commands import Commands
from tests.deployments import Deployment
from tests.processes import ROOT, Process
from tests.watch.terminal import on_terminal

_LINE = r" +\d+\.\d{3} s  "
_NUMBER = r"\d+(?:\.\d+)?"
_TREND = "(?: [▲▼=])?"
_TRADE = r"trades:BTCUSDT +(buy|sell)"
_BAD_TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJ1c2VySWQiOiIxIn0.c2lnbmF0dXJl"


@pytest.fixture(scope="module")
def commands() -> Iterator[Commands]:
    """Where commands run, with all that can be logged."""
    with Commands({"LOG_LEVEL": "DEBUG", "TIDEWIRE_TOKEN": ""}) as running:
        yield running


Watched = Callable[..., tuple[int, str]]


@pytest.fixture
def watched(commands: Commands, demo: Deployment) -> Watched:
    """Watch the demo: without `until` for as long as the command goes on by itself, otherwise until all of it came."""

    def run(*arguments: str, until: tuple[str, ...] = (), **options: object) -> tuple[int, str]:
        how_long = ("--forever",) if until else ()
        url = ("--url", demo.socket_url)
        code, output = commands.run("watch", *arguments, *url, *how_long, until=until, **options)  # type: ignore[arg-type]
        assert "Traceback" not in output, output
        return code, output

    return run


def test_it_prints_every_kind_of_market_data_until_ctrl_c(demo: Deployment) -> None:
    channels = ["price:BTCUSDT", "ticker:ETHUSDT", "klines:BTCUSDT:1s", "trades:BTCUSDT", "depth:BTCUSDT"]
    arguments = ("watch", *channels, "market:overview", "--forever", "--url", demo.socket_url)
    with Process.command(*arguments, environment={"NO_COLOR": ""}) as process:
        for line in (
            r"connected +ws_\w+  not logged in  \d{4}-\d\d-\d\dT[\d:.]+Z",
            "subscribed +price:BTCUSDT",
            rf"price:BTCUSDT +{_NUMBER}{_TREND}  [+-]?{_NUMBER} %  high {_NUMBER}  low {_NUMBER}  volume {_NUMBER}  .*",
            rf"ticker:ETHUSDT +{_NUMBER}{_TREND}  [+-]?{_NUMBER} %  bid {_NUMBER}  ask {_NUMBER}  .*",
            rf"klines:BTCUSDT:1s +\S+Z  O {_NUMBER}  H {_NUMBER}  L {_NUMBER}  C {_NUMBER}  V {_NUMBER}  ● final  .*",
            rf"trades:BTCUSDT +(?:buy|sell)  {_NUMBER} at \d+\.\d{{8}}{_TREND}  \(simulated\)",
            rf"depth:BTCUSDT +bid {_NUMBER} x {_NUMBER}  ask {_NUMBER} x {_NUMBER}  spread {_NUMBER}  \(simulated\)",
            r"market:overview +\d+ symbols  (gainers|losers) .*",
        ):
            process.wait_for(f"^{_LINE}{line}$", seconds=30)
        process.signal(signal.SIGINT)
        assert process.wait() == 0
    prices = re.findall(r"(?:buy|sell)  \S+ at (\S+)", process.output)
    assert all(re.fullmatch(r"\d+\.\d{8}", price) for price in prices), prices
    assert re.search(r"^Watched for \d+\.\d s: \d+ frames\.$", process.output, re.MULTILINE)
    for channel in channels:
        assert re.search(rf"^  {channel} +[1-9]\d*$", process.output, re.MULTILINE), (channel, process.output)
    assert "Traceback" not in process.output
    assert "\x1b" not in process.output, "what is no terminal gets plain text"


def test_it_ends_cleanly_when_told_to_by_sigterm(watched: Watched) -> None:
    code, output = watched("trades:BTCUSDT", until=(_TRADE,), stop=signal.SIGTERM)
    assert code == 0
    assert re.search(r"^Watched for .* frames\.$", output, re.MULTILINE)


def test_it_ends_quietly_when_nobody_reads_on(demo: Deployment) -> None:
    command = shlex.join(
        [sys.executable, "manage.py", "watch", "trades:BTCUSDT", "--forever", "--url", demo.socket_url]
    )
    shell = ["bash", "-c", f"set -o pipefail; {command} | head -n 3"]
    done = subprocess.run(shell, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr, len(done.stdout.splitlines())) == (0, "", 3)


@pytest.mark.parametrize(
    ("dialect", "way"), [("market", "header"), ("trading", "query"), ("zigquant-v2", "first-frame")]
)
def test_it_logs_in_on_every_endpoint_without_telling_the_token(
    watched: Watched, demo: Deployment, dialect: str, way: str
) -> None:
    token = demo.token()
    came = (f"^{_LINE}subscribed .*portfolio:me", rf"^{_LINE}price:BTCUSDT +{_NUMBER}")
    arguments = ("portfolio:me", "price:BTCUSDT", "--dialect", dialect, "--auth", way)
    code, output = watched(*arguments, until=came, environment={"TIDEWIRE_TOKEN": token})
    assert code == 0, output
    assert "  logged in  " in output, output
    assert token not in output


def test_it_logs_in_by_a_ticket(watched: Watched, demo: Deployment) -> None:
    token = demo.token()
    came = (f"^{_LINE}subscribed .*portfolio:me",)
    arguments = ("portfolio:me", "--dialect", "trading", "--ticket")
    code, output = watched(*arguments, until=came, environment={"TIDEWIRE_TOKEN": token})
    assert code == 0, output
    assert token not in output


def test_it_asks_for_a_password_on_a_terminal(demo: Deployment) -> None:
    arguments = ("watch", "portfolio:me", "--forever", "--url", demo.socket_url, "--login", "demo")
    with on_terminal(*arguments, environment={"NO_COLOR": "1"}) as terminal:
        terminal.wait_for("Password of demo: ")
        terminal.press("demo\n")
        terminal.wait_for("  logged in  ")
        terminal.interrupt()
        assert terminal.end() == 0, terminal.output
    assert terminal.output.count("demo") == 1


def test_it_ends_cleanly_at_the_password(demo: Deployment) -> None:
    arguments = ("watch", "portfolio:me", "--url", demo.socket_url, "--login", "demo")
    with on_terminal(*arguments, environment={}) as terminal:
        terminal.wait_for("Password of demo: ")
        terminal.interrupt()
        assert terminal.end() == 0, terminal.output
    assert "Traceback" not in terminal.output


def test_it_asks_for_no_password_where_nobody_could_answer(watched: Watched) -> None:
    code, output = watched("portfolio:me", "--login", "demo")
    assert (code, output) == (
        1,
        "CommandError: --login asks for the password on a terminal; elsewhere set TIDEWIRE_TOKEN or --token-file.",
    )


@pytest.mark.parametrize(
    ("no_color", "options", "is_coloured"),
    [("", (), True), ("1", (), False), ("", ("--no-color",), False), ("1", ("--force-color",), True)],
)
def test_it_colours_a_terminal_that_wants_it(
    demo: Deployment, monkeypatch: pytest.MonkeyPatch, no_color: str, options: tuple[str, ...], is_coloured: bool
) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setenv("TERM", "xterm-256color")
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w", encoding="utf-8") as terminal, monkeypatch.context() as only_here:
        only_here.setattr(sys, "stdout", terminal)
        with pytest.raises(CommandError, match="every channel was refused"):
            call_command("watch", "price:NONSENSE", "--url", demo.socket_url, *options)
    written = _all_that_came(ours)
    assert "price:NONSENSE" in written
    assert ("\x1b[" in written) is is_coloured


def _all_that_came(terminal: int) -> str:
    """Read a terminal, at whose other end nobody writes any more, to its end, and close it."""
    written = b""
    with os.fdopen(terminal, "rb", buffering=0) as reading, suppress(OSError):  # so Linux tells the end of a terminal
        while piece := reading.read(65_536):
            written += piece
    return written.decode()
