"""Where a client says that it stands in a channel's history."""

import msgspec
import pytest

from streaming.event_history.history import LARGEST_SEQ, LONGEST_EPOCH, Position

read = msgspec.json.Decoder(Position).decode


@pytest.mark.parametrize("seq", [0, 1, LARGEST_SEQ])
def test_it_is_read_as_it_is_written(seq: int) -> None:
    position = Position("e" * LONGEST_EPOCH, seq)
    assert read(msgspec.json.encode(position)) == position


@pytest.mark.parametrize(
    "text",
    [
        "null",
        "7",
        "[]",
        "{}",
        '{"epoch": "e"}',
        '{"seq": 1}',
        '{"epoch": "", "seq": 1}',
        '{"epoch": 5, "seq": 1}',
        '{"epoch": null, "seq": 1}',
        '{"epoch": "e", "seq": "1"}',
        '{"epoch": "e", "seq": 1.5}',
        '{"epoch": "e", "seq": true}',
        '{"epoch": "e", "seq": -1}',
        f'{{"epoch": "e", "seq": {LARGEST_SEQ + 1}}}',
        f'{{"epoch": "{"e" * (LONGEST_EPOCH + 1)}", "seq": 1}}',
    ],
)
def test_what_is_no_position_is_refused(text: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        read(text)
