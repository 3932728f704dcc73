"""Where the bridge before this one stopped, as the shared cache has it."""

import asyncio
from collections.abc import Collection
from contextlib import suppress

import msgspec
import structlog

from streaming.clock import Clock
from streaming.market.gaps.limits import GapLimits
from streaming.market.last_values import LastValues
from streaming.market.positions import Position, decode_position
from streaming.topics import Kind, Topic

_LONGEST_WAIT = 1.0
"""Seconds; without an answer a turn begins as one without a predecessor."""

logger = structlog.get_logger(__name__)


class Predecessor:
    """Finds positions: at the start of a turn all that are kept, later only those of topics that were left just now."""

    def __init__(self, last_values: LastValues, limits: GapLimits, clock: Clock) -> None:
        self._last_values = last_values
        self._limits = limits
        self._clock = clock
        self._began = clock.monotonic()

    async def positions(self, topics: Collection[Topic]) -> dict[Topic, Position]:
        """Return where these topics were left, if that is known and not too long ago."""
        by_key = {topic.key: topic for topic in topics if topic.kind in {Kind.TRADE, Kind.CANDLE}}
        bodies: dict[str, bytes] = {}
        with suppress(TimeoutError):
            async with asyncio.timeout(_LONGEST_WAIT):
                bodies = await self._last_values.read_positions(by_key)
        found = {by_key[key]: position for key, body in bodies.items() if (position := _decoded(key, body))}
        oldest = self._clock.now_ms() - self._maximum_age() * 1000
        return {topic: position for topic, position in found.items() if position.at >= oldest}

    def _maximum_age(self) -> float:
        is_taking_over = self._clock.monotonic() - self._began < self._limits.takeover
        return self._limits.position_age if is_taking_over else self._limits.rejoin_age


def _decoded(key: str, body: bytes) -> Position | None:
    try:
        return decode_position(body)
    except msgspec.DecodeError as error:
        logger.warning("a position could not be decoded", topic=key, reason=str(error))
        return None
