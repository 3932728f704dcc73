"""The documents as they are served, each read once."""

from functools import cache
from typing import Any

from config.asyncapi.document import dialect_names, document_json
from streaming.gateway.dialects.base import Dialect
from streaming.gateway.dialects.registry import dialects
from tests.gateway.dialects.samples import NOW
from tests.manual_clock import ManualClock
from tests.wire.described_frames import DescribedFrames, read

DIALECTS = dialect_names()
_KNOWN = dialects(ManualClock(NOW))
SPOKEN: dict[str, Dialect] = {each.name: each for each in (_KNOWN.market, _KNOWN.trading, _KNOWN.control)}


@cache
def document_of(dialect: str) -> Any:
    """Return the document of a dialect, numbers with all their digits."""
    return read(document_json(dialect))


@cache
def described_by(dialect: str) -> DescribedFrames:
    """Return what holds frames against it."""
    return DescribedFrames(document_of(dialect))
