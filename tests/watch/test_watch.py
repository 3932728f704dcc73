"""`manage.py watch` as a process, against real deployments."""

import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests import deployments
from tests.browser.demo_process import DemoProcess
from tests.deployments import Deployment
from tests.processes import ROOT, Process
from tests.waiting import until_now
from tests.watch.terminal import on_terminal

_LINE = r" +\d+\.\d{3} s  "
_NUMBER = r"\d+(?:\.\d+)?"
_TREND = "(?: [▲▼=])?"
_DEBUG = {"LOG_LEVEL": "DEBUG"}
_BAD_TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJ1c2VySWQiOiIxIn0.c2lnbmF0dXJl"


def _watched(*arguments: str, environment: dict[str, str] | None = None) -> tuple[int, str]:
    """Run the command to its end; return its exit code and what it printed."""
    process = Process.command("watch", *arguments, environment={"TIDEWIRE_TOKEN": "", **(environment or {})})
    code = process.wait(60)
    process.stop()
    assert "Traceback" not in process.output, process.output
    return code, process.output


def test_it_prints_every_kind_of_market_data(deployment: Deployment) -> None:
    channels = ["price:BTCUSDT", "ticker:ETHUSDT", "klines:BTCUSDT:1s", "trades:BTCUSDT", "depth:BTCUSDT"]
    code, output = _watched(*channels, "market:overview", "--seconds", "5", "--url", deployment.socket_url)
    assert code == 0, output
    for line in (
        r"connected +ws_\w+  not logged in  \d{4}-\d\d-\d\dT[\d:.]+Z",
        "subscribed +price:BTCUSDT",
        rf"price:BTCUSDT +{_NUMBER}{_TREND}  [+-]?{_NUMBER} %  high {_NUMBER}  low {_NUMBER}  volume {_NUMBER}  .*",
        rf"ticker:ETHUSDT +{_NUMBER}{_TREND}  [+-]?{_NUMBER} %  bid {_NUMBER}  ask {_NUMBER}  .*",
        rf"klines:BTCUSDT:1s +\S+Z  O {_NUMBER}  H {_NUMBER}  L {_NUMBER}  C {_NUMBER}  V {_NUMBER}  ● final  .*",
        rf"trades:BTCUSDT +(?:buy|sell)  {_NUMBER} at {_NUMBER}{_TREND}  \(simulated\)",
        rf"depth:BTCUSDT +bid {_NUMBER} x {_NUMBER}  ask {_NUMBER} x {_NUMBER}  spread {_NUMBER}  \(simulated\)",
        r"market:overview +\d+ symbols  gainers .*",
    ):
        assert re.search(f"^{_LINE}{line}$", output, re.MULTILINE), (line, output)
    assert re.search(r"^Watched for 5\.\d s: \d+ frames\.$", output, re.MULTILINE)
    for channel in channels:
        assert re.search(rf"^  {channel} +[1-9]\d*$", output, re.MULTILINE), (channel, output)


def test_it_prints_exactly_the_digits_that_came(demo: Deployment) -> None:
    _, output = _watched("trades:BTCUSDT", "--seconds", "3", "--url", demo.socket_url)
    prices = re.findall(r"(?:buy|sell)  \S+ at (\S+)", output)
    assert prices
    assert all(re.fullmatch(r"\d+\.\d{8}", price) for price in prices), prices


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly_when_told_to(demo: Deployment, number: signal.Signals) -> None:
    arguments = ("watch", "trades:BTCUSDT", "--forever", "--url", demo.socket_url)
    with Process.command(*arguments, environment={}) as process:
        process.wait_for("trades:BTCUSDT +(buy|sell)")
        process.signal(number)
        assert process.wait() == 0
        process.wait_for(r"Watched for .* frames\.")
        assert "Traceback" not in process.output


def test_it_survives_a_restart_of_the_gateway(tmp_path: Path) -> None:
    demo = DemoProcess(tmp_path)
    demo.start()
    try:
        address = f"{demo.url.replace('http', 'ws', 1)}ws"
        with Process.command("watch", "trades:BTCUSDT", "--forever", "--url", address, environment={}) as process:
            process.wait_for("trades:BTCUSDT +(buy|sell)")
            demo.stop()
            process.wait_for(
                r" lost +The connection was closed: 1012 Server shutting down\..* Trying again in \d\.\d s\."
            )
            process.wait_for(rf" lost +Can't connect to {re.escape(address)}: nothing listens there\.")
            told = len(process.lines)
            demo.start()
            process.wait_for(r" back +connected again after \d+\.\d s")
            until_now(lambda: re.search("trades:BTCUSDT +(buy|sell)", "\n".join(process.lines[told:])))
            process.signal(signal.SIGINT)
            assert process.wait() == 0
            assert "Traceback" not in process.output
    finally:
        demo.stop()


def test_it_ends_quietly_when_nobody_reads_on(demo: Deployment) -> None:
    command = shlex.join(
        [sys.executable, "manage.py", "watch", "trades:BTCUSDT", "--forever", "--url", demo.socket_url]
    )
    shell = ["bash", "-c", f"set -o pipefail; {command} | head -n 3"]
    done = subprocess.run(shell, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr, len(done.stdout.splitlines())) == (0, "", 3)


def test_it_tells_in_a_sentence_that_it_could_not_connect() -> None:
    code, output = _watched("price:BTCUSDT", "--url", "ws://127.0.0.1:1/ws")
    assert code == 1
    assert output == (
        "CommandError: Can't connect to ws://127.0.0.1:1/ws: nothing listens there. `make demo` starts the platform; "
        "another address is --url."
    )


def test_it_tells_that_every_channel_was_refused(demo: Deployment) -> None:
    code, output = _watched("price:NONSENSE", "portfolio:me", "--url", demo.socket_url)
    assert code == 1
    assert "refused         price:NONSENSE: Failed to fetch quote for NONSENSE (unknown_symbol)" in output
    assert "refused         portfolio:me: Authentication required for this channel (authentication_required)" in output
    assert output.endswith("CommandError: Nothing to watch: every channel was refused.")


def test_it_takes_the_port_that_the_demo_takes(demo: Deployment) -> None:
    port = demo.http_url.rpartition(":")[2]
    code, output = _watched("price:BTCUSDT", "--seconds", "1", environment={"PORT": port})
    assert code == 0, output
    assert f"Connected to {demo.socket_url} (market), watching for 1 s" in output


@pytest.mark.parametrize(
    ("dialect", "way"), [("market", "header"), ("market", "query"), ("trading", "query"), ("zigquant-v2", "header")]
)
def test_it_logs_in_on_every_endpoint_without_telling_the_token(deployment: Deployment, dialect: str, way: str) -> None:
    token = deployment.token()
    arguments = ("portfolio:me", "price:BTCUSDT", "--seconds", "2", "--url", deployment.socket_url)
    environment = {"TIDEWIRE_TOKEN": token, **_DEBUG}
    code, output = _watched(*arguments, "--dialect", dialect, "--auth", way, environment=environment)
    assert code == 0, output
    assert re.search(f"^{_LINE}subscribed .*portfolio:me", output, re.MULTILINE), output
    assert re.search(rf"^{_LINE}price:BTCUSDT +{_NUMBER}", output, re.MULTILINE), output
    assert ("  logged in  " in output) is (dialect != "zigquant-v2"), output
    assert token not in output


@pytest.mark.parametrize("dialect", ["market", "zigquant-v2"])
def test_it_logs_in_by_a_first_frame(demo: Deployment, dialect: str) -> None:
    token = demo.token()
    arguments = ("portfolio:me", "--seconds", "1", "--url", demo.socket_url, "--dialect", dialect)
    code, output = _watched(*arguments, "--auth", "first-frame", environment={"TIDEWIRE_TOKEN": token, **_DEBUG})
    assert code == 0, output
    assert re.search(rf"^{_LINE}logged in +user \S+  until \d{{4}}-", output, re.MULTILINE), output
    assert token not in output


@pytest.mark.parametrize("dialect", ["market", "trading", "zigquant-v2"])
def test_it_logs_in_by_a_ticket(deployment: Deployment, dialect: str) -> None:
    token = deployment.token()
    arguments = ("portfolio:me", "--seconds", "1", "--url", deployment.socket_url, "--dialect", dialect, "--ticket")
    code, output = _watched(*arguments, environment={"TIDEWIRE_TOKEN": token, **_DEBUG})
    assert code == 0, output
    assert re.search(f"^{_LINE}subscribed .*portfolio:me", output, re.MULTILINE), output
    assert token not in output


@pytest.mark.parametrize("dialect", ["market", "trading", "zigquant-v2"])
def test_it_tells_that_a_token_is_no_good(demo: Deployment, dialect: str) -> None:
    arguments = ("price:BTCUSDT", "--url", demo.socket_url, "--dialect", dialect, "--token", _BAD_TOKEN)
    code, output = _watched(*arguments, environment=_DEBUG)
    assert code == 1
    assert "CommandError: The server refused the connection with HTTP 401: Authentication failed. Get a new" in output
    assert _BAD_TOKEN not in output


@pytest.mark.parametrize(
    ("dialect", "sentence"),
    [
        ("trading", "The server refused the connection with HTTP 401: Missing token. Get a new token"),
        ("zigquant-v2", "This needs a login: give --token-file, --login or TIDEWIRE_TOKEN."),
    ],
)
def test_it_tells_where_a_login_is_needed(demo: Deployment, dialect: str, sentence: str) -> None:
    code, output = _watched("price:BTCUSDT", "--url", demo.socket_url, "--dialect", dialect)
    assert code == 1
    assert f"CommandError: {sentence}" in output


def test_it_keeps_the_heartbeat_of_zigquant(tmp_path: Path) -> None:
    quick = {"WS_HEARTBEAT_INTERVAL_SECONDS": "0.5", "WS_HEARTBEAT_TIMEOUT_SECONDS": "1.5"}
    with deployments.demo(tmp_path, quick) as quickly:
        arguments = ("grid.*", "--seconds", "4", "--url", quickly.socket_url, "--dialect", "zigquant-v2")
        code, output = _watched(*arguments, environment={"TIDEWIRE_TOKEN": quickly.token()})
    assert code == 0, output
    assert len(re.findall(f"^{_LINE}ping", output, re.MULTILINE)) >= 3, output


def test_it_asks_for_a_password_on_a_terminal(demo: Deployment) -> None:
    arguments = ("watch", "portfolio:me", "--seconds", "1", "--url", demo.socket_url, "--login", "demo")
    with on_terminal(*arguments, environment={"NO_COLOR": "1"}) as terminal:
        terminal.wait_for("Password of demo: ")
        terminal.press("demo\n")
        assert terminal.end() == 0, terminal.output
    assert "  logged in  " in terminal.output
    assert terminal.output.count("demo") == 1


def test_it_ends_cleanly_at_the_password(demo: Deployment) -> None:
    arguments = ("watch", "portfolio:me", "--url", demo.socket_url, "--login", "demo")
    with on_terminal(*arguments, environment={}) as terminal:
        terminal.wait_for("Password of demo: ")
        terminal.interrupt()
        assert terminal.end() == 0, terminal.output
    assert "Traceback" not in terminal.output


def test_it_tells_that_a_password_is_wrong(demo: Deployment) -> None:
    arguments = ("watch", "portfolio:me", "--url", demo.socket_url, "--login", "nobody")
    with on_terminal(*arguments, environment={"NO_COLOR": "1"}) as terminal:
        terminal.wait_for("Password of nobody: ")
        terminal.press("guess\n")
        assert terminal.end() == 1, terminal.output
    assert "CommandError: nobody could not log in: " in terminal.output
    assert "guess" not in terminal.output


def test_it_asks_for_no_password_where_nobody_could_answer(demo: Deployment) -> None:
    code, output = _watched("portfolio:me", "--url", demo.socket_url, "--login", "demo")
    assert (code, output) == (
        1,
        "CommandError: --login asks for the password on a terminal; elsewhere set TIDEWIRE_TOKEN or --token-file.",
    )


@pytest.mark.parametrize(
    ("environment", "options", "is_coloured"),
    [
        ({"NO_COLOR": ""}, (), True),
        ({"NO_COLOR": "1"}, (), False),
        ({"NO_COLOR": ""}, ("--no-color",), False),
        ({"NO_COLOR": "1"}, ("--force-color",), True),
    ],
)
def test_it_colours_a_terminal_that_wants_it(
    demo: Deployment, environment: dict[str, str], options: tuple[str, ...], is_coloured: bool
) -> None:
    arguments = ("watch", "trades:BTCUSDT", "--seconds", "2", "--url", demo.socket_url, *options)
    with on_terminal(*arguments, environment=environment) as terminal:
        assert terminal.end() == 0, terminal.output
    assert "trades:BTCUSDT" in terminal.output
    assert ("\x1b[" in terminal.output) is is_coloured


def test_it_prints_plain_text_into_a_file(demo: Deployment) -> None:
    _, output = _watched("trades:BTCUSDT", "--seconds", "1", "--url", demo.socket_url, environment={"NO_COLOR": ""})
    assert "\x1b" not in output


def test_it_explains_itself() -> None:
    code, output = _watched("--help")
    assert code == 0
    for option in ("--seconds", "--forever", "--url", "--dialect", "--token-file", "--login", "--ticket", "--auth"):
        assert option in output
    assert "TIDEWIRE_TOKEN" in output
    assert "NO_COLOR" in output
