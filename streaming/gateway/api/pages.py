"""What is asked beside the sockets: health, readiness, statistics. Open to everyone, and telling nothing private; what
channels there are, to staff alone.
"""

from http import HTTPStatus
from typing import Any

import msgspec

from streaming.commands.access import Who
from streaming.commands.parameters import NoParameters
from streaming.commands.queries import Query, QueryContext
from streaming.gateway.api.health import health_parts, is_ready, is_whole
from streaming.gateway.deployment.gateway_counts import channel_totals, market_channels
from streaming.gateway.runtime import current_runtime


class HealthAnswer(msgspec.Struct, frozen=True):
    """Each part that the process depends on, with its state."""

    status: str
    database: dict[str, Any]
    channel_layer: dict[str, Any]
    bridge: dict[str, Any]
    symbols: dict[str, Any]


class ReadyAnswer(msgspec.Struct, frozen=True):
    """Whether all parts are there."""

    ready: bool
    database: dict[str, Any]
    channel_layer: dict[str, Any]
    bridge: dict[str, Any]
    symbols: dict[str, Any]


class StatisticsAnswer(msgspec.Struct, frozen=True):
    """What the whole deployment serves."""

    success: bool
    data: dict[str, Any]


class ChannelCount(msgspec.Struct, frozen=True):
    """A channel and how many have it."""

    channel: str
    subscribers: int


class ChannelsStatistics(msgspec.Struct, frozen=True, rename="camel"):
    """How many sessions have each channel."""

    total_clients: int
    total_channels: int
    channels: list[ChannelCount]


async def _health(_: QueryContext, __: NoParameters) -> HealthAnswer:
    """Whether the process serves."""
    parts = await health_parts(await current_runtime())
    return HealthAnswer(status="ok" if is_whole(parts) else "degraded", **parts)


async def _ready(_: QueryContext, __: NoParameters) -> ReadyAnswer:
    """Whether it has all that it needs."""
    parts = await health_parts(await current_runtime())
    return ReadyAnswer(ready=is_ready(parts), **parts)


async def _statistics(_: QueryContext, __: NoParameters) -> StatisticsAnswer:
    """What the whole deployment serves."""
    runtime = await current_runtime()
    gateways = runtime.statistics.gateways()
    channels = market_channels(gateways)
    status = runtime.bridge_status.own
    streams = [] if status is None else sorted(status.active_streams)
    data = {
        "connectedClients": sum(counts.connections for counts in gateways),
        "activeChannels": channels,
        "quoteStreams": sum(channel.startswith("quotes:") for channel in channels),
        "signalStreams": sum(channel.startswith("signals:") for channel in channels),
        "binanceStreams": len(streams),
        "binanceActiveStreams": streams,
        "priceCache": await runtime.last_values.count_fresh_prices(),
    }
    return StatisticsAnswer(success=True, data=data)


async def _channel_statistics(_: QueryContext, __: NoParameters) -> ChannelsStatistics:
    """How many sessions have each channel.

    The most subscribed come first. A channel is named as clients spelled it: `orders:me` of two users is one row with
    two subscribers.
    """
    gateways = (await current_runtime()).statistics.gateways()
    channels = channel_totals(gateways)
    return ChannelsStatistics(
        total_clients=sum(counts.connections for counts in gateways),
        total_channels=len(channels),
        channels=[ChannelCount(channel, subscribers) for channel, subscribers in channels],
    )


def _status_of_ready(answer: ReadyAnswer) -> int:
    """Return 200 once symbols are known and the upstream is live, and 503 until then or while a part is missing."""
    return HTTPStatus.OK if answer.ready else HTTPStatus.SERVICE_UNAVAILABLE


HEALTH = Query(act=_health, answer=HealthAnswer, limited=False, refusals=())
READY = Query(act=_ready, answer=ReadyAnswer, limited=False, refusals=(), status_of=_status_of_ready)
STATISTICS = Query(act=_statistics, answer=StatisticsAnswer, limited=False, refusals=())
CHANNEL_STATISTICS = Query(
    act=_channel_statistics, answer=ChannelsStatistics, access=Who.STAFF, limited=False, refusals=()
)
