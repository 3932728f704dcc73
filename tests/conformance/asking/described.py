"""What a running deployment says of its frames: the documents that it serves, each read once."""

import asyncio

from tests.conformance.asking import http
from tests.conformance.asking.spelling import Dialect
from tests.conformance.places import Place
from tests.wire.described_frames import DescribedFrames, read

_READ: dict[str, DescribedFrames] = {}


async def described_at(place: Place, dialect: Dialect) -> DescribedFrames:
    """Return what holds frames of a dialect against its document; all places serve the same but for their addresses."""
    if dialect.name not in _READ:
        answer = await asyncio.to_thread(http.get, f"{place.http_url}/api/asyncapi/{dialect.name}/")
        assert answer.status == 200, answer
        _READ[dialect.name] = DescribedFrames(read(answer.body))
    return _READ[dialect.name]
