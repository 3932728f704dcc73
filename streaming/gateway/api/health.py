"""Whether the process serves, and whether it has what it needs: database, channel layer, bridge, symbols."""

import asyncio
import time
from collections.abc import Awaitable, Sequence
from enum import StrEnum
from typing import Any

import structlog
from django.conf import settings

from streaming.gateway.checks import PartDownError, PartReadOnlyError, UnmigratedError, answer_of
from streaming.gateway.deployment.layer_echo import LayerEcho
from streaming.gateway.runtime import Runtime
from streaming.market.bridge.status import BridgeState, BridgeStatus

logger = structlog.get_logger(__name__)


class PartState(StrEnum):
    """How a part is."""

    OK = "ok"
    DEGRADED = "degraded"
    """It serves, and what is at one of its hosts doesn't."""
    UNMIGRATED = "unmigrated"
    """The database answers, and lacks what this version's migrations make."""
    READ_ONLY = "read_only"
    DOWN = "down"


async def health_parts(runtime: Runtime) -> dict[str, dict[str, Any]]:
    """Return each part that the process depends on, with its state; never raises."""
    database, layer = await asyncio.gather(_check(runtime.database_check.seconds()), _layer_part(runtime.echo))
    return {
        "database": database,
        "channel_layer": layer,
        "bridge": _bridge_part(runtime.bridge_status.own, runtime.bridge_status.of_slots),
        "symbols": {"state": PartState.OK if runtime.symbols.known else PartState.DOWN, "count": len(runtime.symbols)},
    }


def is_ready(parts: dict[str, dict[str, Any]]) -> bool:
    """Return whether all parts are there and the upstream is live; of several slots or hosts, any: the others serve."""
    of_bridge = [parts["bridge"], *parts["bridge"].get("slots", ())]
    return _are(parts, frozenset({PartState.OK, PartState.DEGRADED})) and any(map(_serves, of_bridge))


def is_whole(parts: dict[str, dict[str, Any]]) -> bool:
    """Return whether it is ready, and nothing of any part is missing."""
    return _are(parts, frozenset({PartState.OK})) and _serves(parts["bridge"])


def _are(parts: dict[str, dict[str, Any]], good: frozenset[PartState]) -> bool:
    return all(part["state"] in good for name, part in parts.items() if name != "bridge")


def _serves(bridge: dict[str, Any]) -> bool:
    return bridge["state"] in _SERVING


_SERVING = frozenset({BridgeState.LIVE.value, BridgeState.FALLBACK.value})


async def _layer_part(echo: LayerEcho) -> dict[str, Any]:
    """Return how the channel layer is; of one over several hosts also how each is, by its place in the settings.

    What a host is called is nobody's business.
    """
    hosts = await asyncio.gather(*(_check(answer_of(_timed(echo.round_trip(host)))) for host in echo.hosts))
    if len(hosts) == 1:
        return hosts[0]
    states = {host["state"] for host in hosts}
    state = states.pop() if len(states) == 1 else PartState.DEGRADED
    return {"state": state, "hosts": [{"host": place, **host} for place, host in enumerate(hosts, start=1)]}


async def _timed(question: Awaitable[None]) -> float:
    began = time.monotonic()
    await question
    return time.monotonic() - began


async def _check(question: Awaitable[float]) -> dict[str, Any]:
    """Return how a part is, from the question that returns the seconds which it took to answer."""
    try:
        seconds = await question
    except UnmigratedError as error:
        logger.warning("the database isn't of this version yet", reason=str(error))
        return {"state": PartState.UNMIGRATED}
    except PartReadOnlyError as error:
        logger.warning("the database can't be written", reason=str(error))
        return {"state": PartState.READ_ONLY}
    except PartDownError as error:
        logger.warning("a part doesn't answer", reason=str(error))
        return {"state": PartState.DOWN}
    return {"state": PartState.OK, "latency_ms": round(seconds * 1000, 1)}


def _bridge_part(status: BridgeStatus | None, slots: Sequence[BridgeStatus | None]) -> dict[str, Any]:
    """Return how the bridge is; where several slots share the market, as bad as the worst, and how each is."""
    if len(slots) == 1 or status is None:
        return _served_part(status)
    each = [{"slot": place, **_served_part(one)} for place, one in enumerate(slots, start=1)]
    return {**_served_part(status), "slots": each}


def _served_part(status: BridgeStatus | None) -> dict[str, Any]:
    if status is None:
        return {"state": PartState.DOWN}
    return {
        "state": status.state.value,
        "source": status.source.value,
        "simulated": status.simulated,
        "since": status.since,
        "lag_ms": status.lag_ms,
        **({"stands_in_for": status.stands_in_for.value} if status.stands_in_for else {}),
        **_address_part(status.address),
    }


def _address_part(address: str) -> dict[str, int]:
    """Return which of the exchange's addresses is used, by its place from 1; what it is called is nobody's business."""
    addresses = list(settings.EXCHANGE_STREAM_URLS)
    return {"address": addresses.index(address) + 1} if address in addresses else {}
