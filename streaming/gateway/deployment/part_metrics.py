"""What Prometheus reads of what a gateway depends on: the channel layer and the database, asked when it reads."""

import asyncio
import time
from collections.abc import Iterable
from contextlib import suppress

from streaming.gateway.checks import DatabaseCheck, PartDownError, answer_of
from streaming.gateway.deployment.layer_echo import LayerEcho
from streaming.metrics.declared import GATEWAY, Label, Metric, Sample, gauge

_HOST = (Label("host", most=16),)

LAYER_UP = gauge(
    "tidewire_channel_layer_up",
    "Whether the channel layer carried a message of the gateway to itself within a second and a half (1), or not (0).",
    labels=_HOST,
    processes=(GATEWAY,),
)
LAYER_ROUND_TRIP = gauge(
    "tidewire_channel_layer_round_trip_seconds",
    "How long that message took, by the place of the layer's host in the settings, from 1.",
    labels=_HOST,
    processes=(GATEWAY,),
)
DATABASE_UP = gauge(
    "tidewire_database_up",
    "Whether the database answers, and takes what is written (1), or not (0).",
    processes=(GATEWAY,),
)
DATABASE_ROUND_TRIP = gauge(
    "tidewire_database_round_trip_seconds",
    "How long it took to say so.",
    processes=(GATEWAY,),
)
PART_METRICS: tuple[Metric, ...] = (LAYER_UP, LAYER_ROUND_TRIP, DATABASE_UP, DATABASE_ROUND_TRIP)

_PATIENCE_SECONDS = 1.5
"""Less than a source is waited for: that a part is away is to be told, too."""


class PartMetrics:
    """Asks the parts."""

    def __init__(self, echo: LayerEcho, database_check: DatabaseCheck) -> None:
        self._echo = echo
        self._database_check = database_check

    async def read_layer(self) -> Iterable[Sample]:
        """Return how each host of the layer is."""
        answers = await asyncio.gather(*map(self._layer_seconds, self._echo.hosts))
        samples = []
        for place, seconds in enumerate(answers, start=1):
            samples.append(Sample(LAYER_UP, seconds is not None, (str(place),)))
            if seconds is not None:
                samples.append(Sample(LAYER_ROUND_TRIP, seconds, (str(place),)))
        return samples

    async def read_database(self) -> Iterable[Sample]:
        """Return how the database is."""
        seconds = None
        with suppress(PartDownError, TimeoutError):
            async with asyncio.timeout(_PATIENCE_SECONDS):
                seconds = await self._database_check.seconds()
        up = Sample(DATABASE_UP, seconds is not None)
        return [up] if seconds is None else [up, Sample(DATABASE_ROUND_TRIP, seconds)]

    async def _layer_seconds(self, host: str) -> float | None:
        began = time.monotonic()
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await answer_of(self._echo.round_trip(host))
        except (PartDownError, TimeoutError):
            return None
        return time.monotonic() - began
