import pytest
from websockets.frames import Frame as ReferenceFrame
from websockets.frames import Opcode

from streaming.fan_out.frames import text_frame


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65_535, 65_536, 100_000])
def test_it_makes_the_frames_that_rfc_6455_asks_for(length: int) -> None:
    payload = b"x" * length
    frame = text_frame(payload)
    assert frame.wire == ReferenceFrame(Opcode.TEXT, payload).serialize(mask=False)
    assert (frame.payload, frame.payload_bytes) == (payload, length)


def test_it_is_a_sequence_frame_without_a_conflation_key() -> None:
    assert text_frame(b"{}").is_sequence
    assert not text_frame(b"{}", "price:BTCUSDT").is_sequence
