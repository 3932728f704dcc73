"""The pages beside the sockets: health, readiness, statistics. Open to everyone, and telling nothing private."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from streaming.gateway.api.health import health_parts, is_ready
from streaming.gateway.deployment.gateway_counts import market_channels
from streaming.gateway.runtime import Runtime, current_runtime
from streaming.rest.responses import only_read


@only_read
@never_cache
async def health(request: HttpRequest) -> JsonResponse:
    """Answer 200 while the process serves; `status` is `ok` only where all its parts are there."""
    parts = await health_parts(await current_runtime())
    return JsonResponse({"status": "ok" if is_ready(parts) else "degraded", **parts})


@only_read
@never_cache
async def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 once symbols are known and the upstream is live, and 503 until then or while a part is missing."""
    parts = await health_parts(await current_runtime())
    is_so = is_ready(parts)
    return JsonResponse({"ready": is_so, **parts}, status=200 if is_so else 503)


@only_read
@never_cache
async def statistics(request: HttpRequest) -> JsonResponse:
    """Return what the whole deployment serves, and what the bridge has opened for it."""
    return JsonResponse({"success": True, "data": await _statistics(await current_runtime())})


async def _statistics(runtime: Runtime) -> dict[str, Any]:
    gateways = runtime.statistics.gateways()
    channels = market_channels(gateways)
    status = runtime.bridge_status.current()
    streams = [] if status is None else sorted(status.active_streams)
    return {
        "connectedClients": sum(counts.connections for counts in gateways),
        "activeChannels": channels,
        "quoteStreams": sum(channel.startswith("quotes:") for channel in channels),
        "signalStreams": sum(channel.startswith("signals:") for channel in channels),
        "binanceStreams": len(streams),
        "binanceActiveStreams": streams,
        "priceCache": await runtime.last_values.count_fresh_prices(),
    }
