"""Whatever a server says, reading it fails in one way only, or not at all."""

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tidewire_client import Dialect
from tidewire_client.dialects import SPELLINGS
from tidewire_client.errors import UnreadableFrameError
from tidewire_client.events import Event
from tidewire_client.reading.event_reading import _TYPES, event_of
from tidewire_client.reading.frames import frames_in
from tidewire_client.reading.messages import News

KINDS = [*sorted({kind.rpartition(".")[2] for kind in _TYPES}), "price", "event", "update", "data", "from the future"]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**400, -(10**19), 1e300, 0.1]),
    st.text(max_size=8),
    st.sampled_from(
        ["2024-12-06T12:00:00.000Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "buy", "1s"]
    ),
)
NAMES = {field.encode_name for type_ in _TYPES.values() for field in msgspec.structs.fields(type_)}
SHELL = "type channel data event timestamp message code error success id clientId user_id expires_at fields sources"
FIELDS = st.sampled_from([*sorted(NAMES), *SHELL.split()])
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=6), max_leaves=12
)
CHANNELS = st.sampled_from(
    ["price:BTCUSDT", "grid.a.order", "system.exchange", "ops.gateways", "notifications", "", ".", ":"]
)
TYPES = st.sampled_from(
    [*KINDS, "connected", "ping", "pong", "auth_result", "response", "error", "batch", "subscribed", "resync"]
)
FRAMES = st.fixed_dictionaries(
    {"type": TYPES},
    optional={"channel": CHANNELS, "event": TYPES, "timestamp": SCALARS, "data": VALUES, "error": VALUES},
)
WRAPPED = st.builds(
    lambda channel, kind, data: {
        "type": "data",
        "channel": channel,
        "data": {"type": kind, "data": data},
        "timestamp": 1,
    },
    CHANNELS,
    TYPES,
    VALUES,
)


@given(st.one_of(FRAMES, WRAPPED), st.sampled_from(list(Dialect)))
def test_every_frame_is_read_into_something(frame: dict[str, Any], dialect: Dialect) -> None:
    spelling = SPELLINGS[dialect]
    try:
        frames = frames_in(msgspec.json.encode(frame).decode())
    except UnreadableFrameError as error:
        assert error.code == "unreadable_frame"
        return
    for each in frames:
        message = spelling.read(each)
        if isinstance(message, News):
            assert isinstance(event_of(message, spelling.renames), Event)


@given(st.one_of(st.text(), st.binary()))
def test_every_message_is_frames_or_unreadable(payload: str | bytes) -> None:
    try:
        frames = frames_in(payload)
    except UnreadableFrameError as error:
        assert len(error.text) <= 1000
    else:
        assert all(isinstance(frame["type"], str) for frame in frames)
