"""Real messages of the exchange, where they lie beside the checkout: each is read, with the values that it names."""

import json
from pathlib import Path
from typing import Any

import pytest

from streaming.market.binance import rest_parser
from streaming.market.binance.stream_parser import parse_frame
from tests.market.binance.recorded_messages import FOLDER, STREAM_KINDS, cases, check_case, session_files

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="no recorded messages beside the checkout")


@pytest.mark.parametrize("case", cases())
def test_it_reads_every_recorded_message_with_its_values(case: dict[str, Any]) -> None:
    check_case(case)


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
