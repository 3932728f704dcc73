"""Whether the process serves, and whether it has what it needs: database, channel layer, bridge, symbols."""

import asyncio
import time
from collections.abc import Awaitable
from enum import StrEnum
from typing import Any

import structlog
from django.conf import settings

from streaming.gateway.checks import PartDownError, PartReadOnlyError, answer_of
from streaming.gateway.runtime import Runtime
from streaming.market.bridge.status import BridgeState, BridgeStatus

logger = structlog.get_logger(__name__)


class PartState(StrEnum):
    """How a part is."""

    OK = "ok"
    READ_ONLY = "read_only"
    DOWN = "down"


async def health_parts(runtime: Runtime) -> dict[str, dict[str, Any]]:
    """Return each part that the process depends on, with its state; never raises."""
    echo = answer_of(_timed(runtime.echo.round_trip()))
    database, layer = await asyncio.gather(_check(runtime.database_check.seconds()), _check(echo))
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


async def _timed(question: Awaitable[None]) -> float:
    began = time.monotonic()
    await question
    return time.monotonic() - began


async def _check(question: Awaitable[float]) -> dict[str, Any]:
    """Return how a part is, from the question that returns the seconds which it took to answer."""
    try:
        seconds = await question
    except PartReadOnlyError as error:
        logger.warning("the database can't be written", reason=str(error))
        return {"state": PartState.READ_ONLY}
    except PartDownError as error:
        logger.warning("a part doesn't answer", reason=str(error))
        return {"state": PartState.DOWN}
    return {"state": PartState.OK, "latency_ms": round(seconds * 1000, 1)}


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
