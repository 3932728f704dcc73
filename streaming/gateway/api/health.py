"""Whether the process serves, and whether it has what it needs: database, channel layer, bridge, symbols."""

import asyncio
import time
from collections.abc import Awaitable
from enum import StrEnum
from typing import Any

import structlog
from django.conf import settings

from streaming.gateway.checks import PartDownError, answer_of, ask_database
from streaming.gateway.runtime import Runtime
from streaming.market.status import BridgeState, BridgeStatus

logger = structlog.get_logger(__name__)


class PartState(StrEnum):
    """How a part is."""

    OK = "ok"
    DOWN = "down"


async def health_parts(runtime: Runtime) -> dict[str, dict[str, Any]]:
    """Return each part that the process depends on, with its state; never raises."""
    database, layer = await asyncio.gather(_check(ask_database()), _check(runtime.echo.round_trip()))
    return {
        "database": database,
        "channel_layer": layer,
        "bridge": _bridge_part(runtime.bridge_status.current()),
        "symbols": {"state": PartState.OK if runtime.symbols.known else PartState.DOWN, "count": len(runtime.symbols)},
    }


def is_ready(parts: dict[str, dict[str, Any]]) -> bool:
    """Return whether all parts are there and the upstream is live."""
    others = [part["state"] for name, part in parts.items() if name != "bridge"]
    return all(state == PartState.OK for state in others) and parts["bridge"]["state"] in _SERVING


_SERVING = frozenset({BridgeState.LIVE.value, BridgeState.FALLBACK.value})


async def _check(question: Awaitable[None]) -> dict[str, Any]:
    began = time.monotonic()
    try:
        await answer_of(question)
    except PartDownError as error:
        logger.warning("a part doesn't answer", reason=str(error))
        return {"state": PartState.DOWN}
    return {"state": PartState.OK, "latency_ms": round((time.monotonic() - began) * 1000, 1)}


def _bridge_part(status: BridgeStatus | None) -> dict[str, Any]:
    if status is None:
        return {"state": PartState.DOWN}
    return {
        "state": status.state.value,
        "source": status.source.value,
        "simulated": status.simulated,
        "since": status.since,
        "lag_ms": status.lag_ms,
        **_address_part(status.address),
    }


def _address_part(address: str) -> dict[str, int]:
    """Return which of the exchange's addresses is used, by its place from 1; what it is called is nobody's business."""
    addresses = list(settings.EXCHANGE_STREAM_URLS)
    return {"address": addresses.index(address) + 1} if address in addresses else {}
