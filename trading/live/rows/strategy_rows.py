"""Strategies: between the engine's memory of one, and the columns of its row, its signals and its deliveries."""

import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import msgspec
import structlog
from django.conf import settings

from streaming.times import moment
from trading.engine.instrument import Instrument
from trading.engine.live.strategies.limits import StrategyLimits
from trading.engine.live.strategies.memory import Delivery, StrategyMemory
from trading.engine.live.strategies.state import StrategySignal
from trading.engine.strategies.context import Context
from trading.engine.strategies.errors import CannotTradeError, StrategyParametersError
from trading.engine.strategies.parameters import StrategyParameters, read_parameters
from trading.engine.strategies.registry import AnyStrategy, strategy_of
from trading.engine.strategies.signals import version_told
from trading.engine.strategies.strategy import Strategy
from trading.live.call_guard import SignalGuard
from trading.models import Strategy as StrategyRow

_COLUMNS = ("state", "reason", "traceback", "candle_cursor")
"""What of the memory has columns of its own."""
_LONGEST_REASON = 500
_LONGEST_TRACEBACK = 20_000
logger = structlog.get_logger(__name__)
_decoder: msgspec.json.Decoder[Delivery] = msgspec.json.Decoder(Delivery)


class InstalledStrategy(NamedTuple):
    """A strategy's class, and its parameters."""

    strategy: type[Strategy[Any]]
    parameters: msgspec.Struct


def installed_strategy(
    row: StrategyRow, instrument: Instrument, strategies: Mapping[str, AnyStrategy] | None = None
) -> InstalledStrategy:
    """Return what a row names, of those that are installed by default.

    Where it isn't there any more, or takes no such parameters, that is one that can't trade: it can be stopped.
    """
    try:
        strategy = strategy_of(row.strategy, strategies)
        return InstalledStrategy(strategy, read_parameters(strategy, row.parameters, instrument))
    except StrategyParametersError as error:
        why = str(error)
    except Exception as error:
        logger.exception("a strategy's own code can't read its parameters", strategy=row.pk, name=row.strategy)
        why = f"its parameters can't be read: {type(error).__name__}"
    return InstalledStrategy(missing_strategy(row.strategy, why), StrategyParameters())


def missing_strategy(name: str, why: str) -> type[Strategy[Any]]:
    """Return a strategy that can't be made, and says why."""

    class MissingStrategy(Strategy[StrategyParameters]):
        title = description = ""
        Parameters = StrategyParameters

        def __init__(self, parameters: StrategyParameters, context: Context) -> None:
            raise CannotTradeError(f"the strategy {name} can't run here: {why}")

    MissingStrategy.name = name
    return MissingStrategy


def strategy_memory_of(row: StrategyRow) -> StrategyMemory:
    """Return the engine's memory of a strategy."""
    columns = {"state": row.state, "reason": row.reason, "traceback": row.traceback, "candle_cursor": row.candle_cursor}
    return msgspec.convert({**row.memory, **columns}, StrategyMemory)


def strategy_columns(memory: StrategyMemory) -> dict[str, Any]:
    """Return what a strategy's row is to say, but for its times."""
    stored: dict[str, Any] = msgspec.to_builtins(memory)
    return {
        "state": memory.state.value,
        "reason": memory.reason[:_LONGEST_REASON],
        "traceback": memory.traceback[-_LONGEST_TRACEBACK:],
        "candle_cursor": memory.candle_cursor,
        "memory": {name: value for name, value in stored.items() if name not in _COLUMNS},
    }


def strategy_times(row: StrategyRow, memory: StrategyMemory, now: datetime) -> dict[str, Any]:
    """Return when a strategy has started and ended."""
    return {
        "started_at": None if memory.started_at is None else moment(memory.started_at),
        "ended_at": (row.ended_at or now) if memory.state.is_over else None,
    }


def signal_columns(signal: StrategySignal, number: int, version: str, algorithm: str) -> dict[str, Any]:
    """Return the columns of a signal that a strategy of this version gave, be it by a model of the algorithm."""
    return {
        "number": number,
        "version": version_told(version, algorithm, signal.model_version),
        "time": moment(signal.time),
        "action": signal.action.value,
        "price": signal.price,
        "confidence": signal.confidence,
        "reason": signal.reason[:_LONGEST_REASON],
        "horizon": signal.horizon,
    }


def delivery_columns(delivery: Delivery, number: int) -> dict[str, Any]:
    """Return the columns of something that a strategy was told."""
    return {"number": number, "delivery": msgspec.json.encode(delivery).decode()}


def deliveries_of(texts: Iterable[str]) -> tuple[Delivery, ...]:
    """Return what a strategy was told, by what is stored of it."""
    return tuple(map(_decoder.decode, texts))


def strategy_limits() -> StrategyLimits:
    """Return how much a strategy may do, by the settings."""
    return StrategyLimits(
        orders_per_call=settings.STRATEGY_ORDERS_PER_CALL,
        orders_per_minute=settings.STRATEGY_ORDERS_PER_MINUTE,
        open_orders=settings.STRATEGY_OPEN_ORDERS,
        cpu_ms_per_call=settings.STRATEGY_CALL_CPU_MILLISECONDS,
        cpu_ms_per_minute=settings.STRATEGY_CPU_MILLISECONDS_PER_MINUTE,
        memory_mib=settings.STRATEGY_MEMORY_MIB,
    )


@cache
def call_guard() -> SignalGuard:
    """Return what guards the calls of this process's strategies, by the settings."""
    most_bytes = settings.STRATEGY_CALL_MEMORY_MIB * 2**20
    return SignalGuard(longest_seconds=settings.STRATEGY_CALL_SECONDS, most_bytes=most_bytes)


def processor_ms() -> float:
    """Return how much time of the processor this thread has used so far, in ms: what strategies may use is bounded."""
    return time.thread_time() * 1000
