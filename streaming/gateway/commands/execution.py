"""Doing a command: the checks in their order (name, permission, parameters), then its handler, then one outcome.

A command that changes something is looked up by its id once it is permitted: given again, it gets its first answer.
Whatever goes wrong becomes an outcome; a fault of ours is logged with its traceback, and tells the client no details.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, cast

import structlog
from channels.db import database_sync_to_async

from streaming.database_errors import DATABASE_OUTAGES
from streaming.gateway.commands.access import denial, may
from streaming.gateway.commands.context import CommandContext
from streaming.gateway.commands.errors import CommandRefusedError
from streaming.gateway.commands.log import act_once, failure_of
from streaming.gateway.commands.registry import Change, CommandKind, CommandRegistry, Query
from streaming.gateway.messages import Command
from streaming.gateway.outcome import CommandErrorCode, Failure, Outcome, Success
from streaming.market.errors import MarketError

DEFAULT_SECONDS = 25.0
"""Less than the 30 s after which clients give up."""

logger = structlog.get_logger(__name__)


def internal_error() -> Failure:
    """Return the answer where the fault is ours."""
    return Failure(CommandErrorCode.INTERNAL_ERROR, "Internal error")


def took_too_long(action: str) -> Failure:
    """Return the answer to a command that was not done in time."""
    return Failure(CommandErrorCode.UNAVAILABLE, f"{action} took too long")


async def execute(
    registry: CommandRegistry, command: Command, context: CommandContext, *, seconds: float = DEFAULT_SECONDS
) -> Outcome:
    """Do a command within `seconds` and return how it ended; raises nothing but a cancellation."""
    kind = registry.find(command.action)
    if kind is None:
        return Failure(CommandErrorCode.UNKNOWN_ACTION, f"Unknown action: {command.action}")
    if not may(context.identity, kind.access, command.params):
        return denial(context.identity)
    try:
        return await _in_time(kind, command, context, seconds)
    except (CommandRefusedError, MarketError) as refusal:
        return failure_of(refusal)
    except DATABASE_OUTAGES as error:
        logger.warning("the database doesn't answer", reason=repr(error))
        return Failure(CommandErrorCode.UNAVAILABLE, "The database is unavailable")
    except Exception as error:  # whatever it was, the client is answered
        logger.exception("a command failed", exc_info=error)
        return internal_error()


async def _in_time(kind: CommandKind, command: Command, context: CommandContext, seconds: float) -> Outcome:
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            return await (_change if kind.changes else _ask)(kind, command, context)
    except TimeoutError:
        if not limit.expired():  # one that the handler ran into by itself
            raise
        logger.warning("a command took too long", seconds=seconds)
        return took_too_long(kind.action)


async def _ask(kind: CommandKind, command: Command, context: CommandContext) -> Outcome:
    query = cast("Query", kind.handler)
    return Success(await query(context, kind.parameters(command.params)))


async def _change(kind: CommandKind, command: Command, context: CommandContext) -> Outcome:
    """Do it in a thread. One that takes too long goes on there; whoever gives it again learns how it ended."""
    change, identity = cast("Change", kind.handler), context.identity
    if identity is None:
        return denial(None)

    def do() -> Mapping[str, Any]:
        return change(context, kind.parameters(command.params))

    now_ms = context.clock.now_ms()
    return await database_sync_to_async(act_once)(command, do, user_id=identity.user_id, now_ms=now_ms)
