"""Recorded sessions of the exchange, where they lie beside the checkout: each frame is read as what it is."""

import json
from pathlib import Path

import pytest

from streaming.market.binance import rest_parser
from streaming.market.binance.stream_parser import parse_frame
from tests.market.binance.recorded_messages import FOLDER, STREAM_KINDS, session_files

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="no recorded messages beside the checkout")


@pytest.mark.parametrize("path", session_files())
def test_it_reads_every_frame_of_a_recorded_session(path: Path) -> None:
    lines = [json.loads(line) for line in path.read_text(encoding="utf8").splitlines()]
    frames = [line for line in lines if "raw" in line]
    assert frames
    for line in frames:
        if line["kind"] == "restDepth":
            assert rest_parser.parse_depth(line["raw"]).bids
        else:
            assert type(parse_frame(line["raw"]).message) is STREAM_KINDS[line["kind"]]
