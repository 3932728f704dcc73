import json

import pytest

from streaming.watch.reading import read
from streaming.watch.summary import Tally
from tidewire_client import Dialect
from tidewire_client.reading.frames import frames_in


def _ack(*channels: str) -> str:
    return json.dumps({"type": "subscribed", "data": {"channels": channels}})


def _refused(channel: str, code: str = "unknown_symbol") -> str:
    return json.dumps({"type": "error", "data": {"channel": channel, "message": "No quote", "code": code}})


def _news(channel: str) -> str:
    return f'{{"type":"event","channel":"{channel}","event":"update","data":{{}}}}'


def _tally(*frames: str) -> Tally:
    tally = Tally(["price:A", "grid.*"])
    for frame in frames:
        tally.add(read(frames_in(frame)[0], Dialect.ZIGQUANT))
    return tally


def test_it_counts_frames_by_channel_and_names_the_silent_and_the_refused() -> None:
    tally = _tally(
        _refused("price:A"), _ack("grid.*"), _news("grid.x.status"), _news("grid.x.status"), '{"type":"ping"}'
    )
    assert [line.plain for line in tally.lines(12.34)] == [
        "Watched for 12.3 s: 5 frames.",
        "  price:A              0  refused: No quote",
        "  grid.*               0",
        "  grid.x.status        2",
    ]


def test_it_counts_one_frame() -> None:
    assert _tally('{"type":"pong"}').lines(0.04)[0].plain == "Watched for 0.0 s: 1 frame."


@pytest.mark.parametrize(
    ("frames", "is_hopeless"),
    [
        ((), False),
        ((_refused("price:A"),), False),
        ((_ack("price:A"), _refused("grid.*")), False),
        ((_refused("grid.*"), _ack("price:A")), False),
        ((_refused("price:A"), _refused("grid.*")), True),
        ((_ack(), _refused("price:A"), _refused("grid.*")), True),
        ((_refused("price:A", "unavailable"), _refused("grid.*")), False),
        ((_ack("price:A", "grid.*"), _refused("price:A"), _refused("grid.*")), False),
    ],
)
def test_it_gives_up_only_where_everything_was_refused(frames: tuple[str, ...], is_hopeless: bool) -> None:
    assert _tally(*frames).is_hopeless is is_hopeless
