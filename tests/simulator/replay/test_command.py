"""The command plays a recorded session and keeps a weight limit, and says what is wrong with the file."""

import asyncio
import json
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import websockets

from tests.simulator.exchange_process import COMMAND, ROOT, SECONDS, running

FRAMES = [f'{{"stream":"btcusdt@trade","data":{{"e":"trade", "t":{number}}}}}' for number in range(5)]


@pytest.fixture
def session(tmp_path: Path) -> Path:
    lines = [{"ts": 10.0 + number, "kind": "trade", "raw": frame} for number, frame in enumerate(FRAMES)]
    path = tmp_path / "session.jsonl"
    meta = {"meta": True, "url": "wss://stream.example/stream?streams=btcusdt@trade"}
    path.write_text("\n".join(map(json.dumps, [meta, *lines])), encoding="utf8")
    return path


def test_it_plays_a_recording_to_who_subscribes(session: Path) -> None:
    async def received(address: str) -> list[str | bytes]:
        async with websockets.connect(f"ws{address.removeprefix('http')}/stream", proxy=None) as socket:
            await socket.send('{"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":1}')
            return [await asyncio.wait_for(socket.recv(), SECONDS) for _ in range(len(FRAMES) + 1)]

    with running("--replay", str(session), "--speed", "1000") as (_, address):
        assert asyncio.run(received(address)) == ['{"result":null,"id":1}', *FRAMES]


def test_it_keeps_the_weight_limit_that_it_is_told() -> None:
    with running("--weight-limit", "1") as (_, address), pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(f"{address}/api/v3/exchangeInfo", timeout=SECONDS)
    assert refusal.value.code == 429
    refusal.value.close()


def refused(*options: str) -> tuple[int, str]:
    ended = subprocess.run([*COMMAND, *options], cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)
    return ended.returncode, ended.stderr


def test_it_says_in_one_sentence_what_is_wrong_with_a_recording(tmp_path: Path) -> None:
    missing = tmp_path / "missing.jsonl"
    assert refused("--replay", str(missing)) == (
        1, f"CommandError: Can't read the recording {missing}: No such file or directory.\n",
    )  # fmt: skip
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"ts":1}\n', encoding="utf8")
    assert refused("--replay", str(broken)) == (
        1, f'CommandError: {broken} is no recording: its first line is not {{"meta":true,"url":…}}.\n',
    )  # fmt: skip


@pytest.mark.parametrize("limit", ["0", "-1"])
def test_it_refuses_a_weight_limit_below_one(limit: str) -> None:
    code, errors = refused("--weight-limit", limit)
    assert code == 2
    assert "the weight limit is at least 1" in errors
