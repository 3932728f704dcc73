"""From what the socket gave to frames: JSON objects with a type, their numbers exact. Pure."""

from typing import Any

import msgspec

from tidewire_client.errors import UnreadableFrameError
from tidewire_client.reading.exact_numbers import exact_number

Frame = dict[str, Any]

_decode = msgspec.json.Decoder(float_hook=exact_number).decode
_encode = msgspec.json.Encoder(decimal_format="number").encode


def frames_in(payload: str | bytes) -> list[Frame]:
    """Return the frame in `payload`, or those of a batch, in order; raise `UnreadableFrameError`."""
    if isinstance(payload, bytes):
        raise UnreadableFrameError(f"a binary frame of {len(payload)} bytes")
    frame = _decoded(payload)
    carried = frame.get("data") if isinstance(frame, dict) and frame.get("type") == "batch" else None
    frames = carried if isinstance(carried, list) else [frame]
    if not all(isinstance(each, dict) and isinstance(each.get("type"), str) for each in frames):
        raise UnreadableFrameError("a frame without a type", payload)
    return frames


class _Response(msgspec.Struct, tag_field="type", tag="response"):
    """As much as is read of an answer to a command that can't be read as a whole."""

    id: str


def answered_id(payload: str | bytes) -> str | None:
    """Return the id of the command that an unreadable frame answers; None where it is no answer, or doesn't say."""
    try:
        return msgspec.json.decode(payload, type=_Response).id
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None


def text_of(frame: Frame) -> str:
    """Return `frame` as JSON; Decimals become numbers with all their digits."""
    return _encode(frame).decode()


def _decoded(text: str) -> Any:
    try:
        return _decode(text)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise UnreadableFrameError(f"a frame that is no JSON: {error}", text) from None
