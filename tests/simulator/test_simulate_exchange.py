"""The command runs the exchange until a signal, and ends cleanly."""

import json
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from typing import Any

import pytest

from tests.simulator.exchange_process import COMMAND, ROOT, SECONDS, running


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_a_signal_and_ends_with_0(number: signal.Signals) -> None:
    with running("--seed", "5", "--speed", "2") as (process, address):
        assert fetched(f"{address}/api/v3/time")["serverTime"] > 0
        process.send_signal(number)
        output, errors = process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    assert output.endswith("Simulated exchange ended.\n")
    assert "Traceback" not in errors


def fetched(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=SECONDS) as response:
        return json.load(response)


def test_it_begins_with_the_faults_that_were_asked_for_and_takes_more() -> None:
    faults = ("--fault", "silence:streams=btcusdt@trade,ethusdt@trade", "--fault", "refuse-rest:status=503,seconds=60")
    with running("--control", "--late-candles", *faults) as (_process, address):
        on = fetched(f"{address}/simulator/faults")
        assert on == [
            {"kind": "silence", "seconds": None, "streams": ["btcusdt@trade", "ethusdt@trade"]},
            {"kind": "refuse-rest", "seconds": 60.0, "status": 503, "retry_after": None},
        ]
        with pytest.raises(urllib.error.HTTPError, match="503"):
            fetched(f"{address}/api/v3/time")
        assert fetched(f"{address}/simulator/faults/refuse-rest/end")["ended"]
        assert fetched(f"{address}/api/v3/time")["serverTime"] > 0


def test_it_takes_no_requests_for_faults_unless_told_to() -> None:
    with running() as (_process, address), pytest.raises(urllib.error.HTTPError, match="404"):
        fetched(f"{address}/simulator/faults")


def test_it_says_in_one_sentence_that_the_port_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = subprocess.run(
            [*COMMAND, "--port", port], cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    assert ended.returncode == 1
    assert f"Can't listen on 127.0.0.1:{port}" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--port", "70000"], "a port is between 0 and 65535"),
        (["--speed", "0"], "the speed is more than 0"),
        (["--speed", "nan"], "the speed is more than 0"),
        (["--seed", "x"], "invalid int value"),
        (["--fault", "melt"], "there is no fault 'melt'; there are cut, close, freeze"),
        (["--fault", "maintenance"], "maintenance is of those that follow: ask for it through --control"),
        (["--fault", "cut"], "cut happens at once, and there is nobody yet: ask for it through --control"),
    ],
)
def test_it_refuses_bad_options(options: list[str], words: str) -> None:
    ended = subprocess.run([*COMMAND, *options], cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert ended.returncode == 2
    assert words in ended.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--kraken-port", "0", "--lag", "-1"], "lag must not be negative: -1"),
        (["--kraken-port", "0", "--spread", "600000"], "spread must be between 0 and 500000 millionths, not 600000"),
    ],
)
def test_it_refuses_to_follow_as_nobody_can(options: list[str], words: str) -> None:
    ended = subprocess.run([*COMMAND, *options], cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert (ended.returncode, ended.stderr) == (1, f"CommandError: {words}\n")


def test_it_serves_those_that_follow_beside_it() -> None:
    with running("--kraken-port", "0", "--coinbase-port", "0", "--control") as (process, _address):
        assert process.stdout is not None
        lines = [next(process.stdout).strip() for _ in range(10)]
        assert [lines[2], lines[6]] == ["Coinbase, which follows it:", "Kraken, which follows it:"]
        products = {product["id"] for product in fetched(lines[3].removeprefix("REST").strip())}
        assert products >= {"BTC-USD", "USDT-USD"}
        control = lines[9].removeprefix("control").strip()
        assert fetched(f"{control}/wrong-checksum?seconds=5") == {
            "kind": "wrong-checksum",
            "seconds": 5.0,
            "streams": [],
        }


def test_it_refuses_two_faults_of_a_kind() -> None:
    options = ["--fault", "freeze", "--fault", "freeze:seconds=3"]
    ended = subprocess.run([*COMMAND, *options], cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert ended.returncode == 1
    assert ended.stderr == "CommandError: --fault freeze was given twice; a fault replaces another one of its kind\n"


def test_it_explains_itself() -> None:
    ended = subprocess.run([*COMMAND, "--help"], cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=True)
    for option in ("--host", "--port", "--seed", "--speed", "--control", "--fault", "--late-candles"):
        assert option in ended.stdout
    assert "Binance" in ended.stdout
