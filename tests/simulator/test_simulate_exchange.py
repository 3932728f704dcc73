"""The command runs the exchange until a signal, and ends cleanly."""

import json
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "manage.py", "simulate_exchange"]
SECONDS = 30


@contextmanager
def running(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the command; give its process and the REST address that it prints."""
    process = subprocess.Popen(
        [*COMMAND, "--port", "0", *options],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if address := re.search(r"http://[\d.:]+", line):
                yield process, address[0]
                break
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_a_signal_and_ends_with_0(number: signal.Signals) -> None:
    with running("--seed", "5", "--speed", "2") as (process, address):
        with urllib.request.urlopen(f"{address}/api/v3/time", timeout=SECONDS) as response:  # noqa: S310 - our own
            assert json.load(response)["serverTime"] > 0
        process.send_signal(number)
        output, errors = process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    assert output.endswith("Simulated exchange ended.\n")
    assert "Traceback" not in errors


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
    ],
)
def test_it_refuses_bad_options(options: list[str], words: str) -> None:
    ended = subprocess.run([*COMMAND, *options], cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert ended.returncode == 2
    assert words in ended.stderr


def test_it_explains_itself() -> None:
    ended = subprocess.run([*COMMAND, "--help"], cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=True)
    for option in ("--host", "--port", "--seed", "--speed"):
        assert option in ended.stdout
    assert "Binance" in ended.stdout
