"""The frames that the load of `make bench` counts: found wherever the network cuts what the server sends."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame as LibraryFrame
from websockets.frames import Opcode
from websockets.protocol import Protocol, Side, State

from benchmarks.servers.server_frames import (
    BINARY,
    CLOSE,
    PING,
    PONG,
    TEXT,
    Frame,
    FrameReader,
    UnexpectedFrameError,
    client_frame,
)
from streaming.fan_out.frames import text_frame

_OPCODES = {TEXT: Opcode.TEXT, BINARY: Opcode.BINARY, PING: Opcode.PING, PONG: Opcode.PONG, CLOSE: Opcode.CLOSE}
_SIZES = st.one_of(st.integers(0, 300), st.sampled_from([125, 126, 65_535, 65_536, 70_000]))
_DATA = st.builds(lambda first, size: (first, b"x" * size), st.sampled_from([TEXT, BINARY]), _SIZES)
_CONTROL = st.builds(lambda first, size: (first, b"x" * size), st.sampled_from([PING, PONG]), st.integers(0, 125))


def _on_the_wire(frames: Sequence[Frame]) -> bytes:
    sent = [LibraryFrame(_OPCODES[first], payload).serialize(mask=False) for first, payload in frames]
    return b"".join(sent)


@given(st.lists(st.one_of(_DATA, _CONTROL), max_size=12), st.lists(st.integers(0, 200_000), max_size=12))
def test_it_finds_every_frame_wherever_it_is_cut(frames: list[Frame], cuts: list[int]) -> None:
    wire = _on_the_wire(frames)
    places = [0, *sorted(cut % (len(wire) + 1) for cut in cuts), len(wire)]
    reader = FrameReader()
    found = [frame for begin, end in pairwise(places) for frame in reader.read(wire[begin:end])]
    assert found == frames


def test_it_finds_frames_that_come_byte_by_byte() -> None:
    frames = [(TEXT, b"a" * size) for size in (0, 125, 126, 65_536)]
    reader = FrameReader()
    assert [frame for byte in _on_the_wire(frames) for frame in reader.read(bytes([byte]))] == frames


def test_it_finds_the_frames_of_the_gateway() -> None:
    sent = [text_frame(b"a" * size) for size in (1, 250, 70_000)]
    found = FrameReader().read(b"".join(frame.wire for frame in sent))
    assert found == [(TEXT, frame.payload) for frame in sent]


@pytest.mark.parametrize("wire", [b"\xc1\x00", b"\x01\x01a", b"\x81\x81aaaab"], ids=["compressed", "a part", "masked"])
def test_it_refuses_what_a_server_must_not_send(wire: bytes) -> None:
    with pytest.raises(UnexpectedFrameError):
        FrameReader().read(wire)


@given(st.sampled_from([TEXT, PING, CLOSE]), _SIZES)
def test_it_writes_what_a_server_reads(first: int, size: int) -> None:
    payload = b"\x03\xe8" if first == CLOSE else b"y" * min(size, 125 if first == PING else size)
    server = Protocol(Side.SERVER, state=State.OPEN, max_size=None)
    server.receive_data(client_frame(first, payload))
    (received,) = server.events_received()
    assert isinstance(received, LibraryFrame)
    assert (received.opcode, bytes(received.data)) == (_OPCODES[first], payload)
