"""A recording is read whole or refused with a sentence, and played in its order and pace."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.simulator.replay.recording import Playback, RecordedFrame, Recording, RecordingError, load_recording

URL = "wss://stream.example:9443/stream?streams=btcusdt@trade/ethusdt@depth"
META = json.dumps({"meta": True, "url": URL})


def line(ts: float, raw: str, **more: str) -> str:
    return json.dumps({"ts": ts, "kind": "any", "raw": raw, **more})


@pytest.fixture
def loaded(tmp_path: Path) -> Any:
    """Load a recording of the lines given."""

    def loaded(*lines: str) -> Recording:
        path = tmp_path / "session.jsonl"
        path.write_text("\n".join(lines), encoding="utf8")
        return load_recording(path)

    return loaded


def test_it_takes_the_payload_out_of_its_envelope_as_it_is(loaded: Any) -> None:
    payload = '{"e":"trade", "p":"1.50","x":"é"}'
    raw = f'{{"stream":"btcusdt@trade","data":{payload}}}'
    [frame] = loaded(META, line(7.5, raw)).frames
    assert frame == RecordedFrame(after=0.0, stream="btcusdt@trade", combined=raw.encode(), plain=payload.encode())


def test_it_wraps_what_was_recorded_raw_under_the_one_stream_of_the_address(loaded: Any) -> None:
    meta = json.dumps({"meta": True, "url": "wss://stream.example/ws/%21miniTicker%40arr"})
    raw = '[{"e":"24hrMiniTicker","s":"BTCUSDT"}]'
    recording = loaded(meta, line(1, raw))
    [frame] = recording.frames
    assert (frame.stream, frame.plain) == ("!miniTicker@arr", raw.encode())
    assert json.loads(frame.combined) == {"stream": "!miniTicker@arr", "data": json.loads(raw)}
    assert recording.symbols() == []


def test_it_knows_the_streams_of_the_address_and_their_symbols(loaded: Any) -> None:
    recording = loaded(META, line(1, '{"stream":"xrpusdt@trade","data":{}}'))
    assert recording.streams == {"btcusdt@trade", "ethusdt@depth", "xrpusdt@trade"}
    assert recording.symbols() == ["BTCUSDT", "ETHUSDT", "XRPUSDT"]


def test_it_leaves_out_answers_to_who_recorded_it(loaded: Any) -> None:
    answers = ['{"result":null,"id":1}', '{"error":{"code":2,"msg":"no"},"id":2}']
    recording = loaded(META, *(line(1, raw) for raw in answers), line(2, '{"stream":"btcusdt@trade","data":1}'), "")
    assert [frame.plain for frame in recording.frames] == [b"1"]


def test_it_gives_the_last_snapshot_before_a_frame_or_the_first_of_all(loaded: Any) -> None:
    frame = line(1, '{"stream":"ethusdt@depth","data":1}')
    url = "https://api.example/api/v3/depth?symbol=ETHUSDT&limit=5"
    recording = loaded(META, frame, line(2, "first", url=url), frame, frame, line(3, "second", url=url), frame)
    found = [recording.snapshot("ETHUSDT", 5, position) for position in range(5)]
    assert [snapshot.body for snapshot in found] == [b"first", b"first", b"first", b"second", b"second"]
    assert recording.snapshot("ETHUSDT", 10, 4) is None
    assert recording.snapshot("BTCUSDT", 5, 4) is None


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], "its first line is not"),
        (["nothing"], "its first line is not"),
        (['{"meta":true}'], "its first line is not"),
        ([line(1, "{}")], "its first line is not"),
        ([META], "holds no frame"),
        ([META, '{"ts":1,"kind":"x"'], "line 2: expected"),
        ([META, line(1, '{"stream":"a@b","data":1}'), '{"ts":"1","kind":"x","raw":"{}"}'], "line 3: expected"),
        ([META, line(1, '{"e":"trade"}')], "line 2: the frame names no stream"),
        ([META, line(1, "half a fra")], "line 2: the frame names no stream"),
        ([META, line(1, "[]", url="https://api.example/api/v3/trades?symbol=A")], "only depth snapshots"),
        ([META, line(1, "[]", url="https://api.example/api/v3/depth?limit=5")], "only depth snapshots"),
        ([META, line(1, "[]", url="https://api.example/api/v3/depth?symbol=A&limit=x")], "only depth snapshots"),
    ],
)
def test_it_says_what_is_wrong_with_a_file(loaded: Any, lines: list[str], words: str) -> None:
    with pytest.raises(RecordingError, match=words):
        loaded(*lines)


def test_it_says_that_a_file_isnt_there_or_isnt_text(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"Can't read the recording .*nowhere: No such file"):
        load_recording(tmp_path / "nowhere")
    with pytest.raises(RecordingError, match="Can't read the recording"):
        load_recording(tmp_path)
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe\x00PK\n\n")
    with pytest.raises(RecordingError, match="is no recording"):
        load_recording(binary)


def recording_of(times: list[float]) -> Recording:
    frames = tuple(RecordedFrame(after=time, stream="a@b", combined=b"", plain=b"") for time in times)
    return Recording(streams=frozenset({"a@b"}), frames=frames, snapshots=())


@given(
    st.lists(st.floats(0, 100), min_size=1, max_size=20).map(sorted),
    st.floats(0.1, 1000) | st.just(float("inf")),
    st.lists(st.floats(0, 200), max_size=10).map(sorted),
)
def test_it_plays_each_frame_once_in_order_and_none_too_early(
    times: list[float], speed: float, looks: list[float]
) -> None:
    recording = recording_of(times)
    playback = Playback(recording, speed, 1000.0)
    taken = []
    for look in [*looks, 2000.0]:
        while frame := playback.take(1000.0 + look):
            assert frame.after / speed <= look + 1e-6
            taken.append(frame)
        assert playback.position == len(taken)
    assert [frame.after for frame in taken] == times
    assert playback.is_over


@pytest.mark.parametrize("speed", [0.0, -1.0, float("nan")])
def test_it_refuses_a_speed_that_isnt_one(speed: float) -> None:
    with pytest.raises(ValueError, match="speed must be more than zero"):
        Playback(recording_of([0.0]), speed, 0.0)
