"""Reading frames back: numbers with all their digits."""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from streaming.fan_out.frames import Frame


def read(frame: Frame) -> Any:
    """Return the one JSON value in a frame."""
    return json.loads(frame.payload, parse_float=Decimal)


def read_one(frames: Sequence[Frame]) -> Any:
    """Return the JSON value of the only frame."""
    [frame] = frames
    return read(frame)
