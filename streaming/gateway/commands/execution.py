"""Doing a command: the checks in their order (name, permission, rate, parameters), then its handler, then one outcome.

A command that changes something is looked up by its id once it is permitted: given again, it gets its first answer.
What is refused is not remembered: given again, it is tried anew. Whatever goes wrong becomes an outcome; a fault of
ours is logged with its traceback, and tells the client no details.
"""

import asyncio
from typing import Any, cast

import structlog

from streaming.commands.access import denial, refusal_of
from streaming.commands.command import Command
from streaming.commands.context import CommandContext
from streaming.commands.errors import CommandRefusedError
from streaming.commands.log import act_once, answered_before
from streaming.commands.outcome import CommandErrorCode, Failure, Outcome, Success
from streaming.commands.registry import Change, CommandKind, CommandRegistry, Gather, Query
from streaming.database.errors import DATABASE_OUTAGES
from streaming.database.fair_queries import in_turn
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


def _failure_of(error: CommandRefusedError | MarketError) -> Failure:
    """Return the answer that says what was refused."""
    if isinstance(error, CommandRefusedError):
        return error.failure()
    return Failure(CommandErrorCode(error.code), error.message, error.fields or {})


async def execute(
    registry: CommandRegistry, command: Command, context: CommandContext, *, seconds: float = DEFAULT_SECONDS
) -> Outcome:
    """Do a command within `seconds` and return how it ended; raises nothing but a cancellation."""
    kind = registry.find(command.action)
    if kind is None:
        return Failure(CommandErrorCode.UNKNOWN_ACTION, f"Unknown action: {command.action}")
    refused = refusal_of(context.identity, kind.access, kind.scope, command.params)
    if refused is not None:
        return refused
    try:
        return await _in_time(kind, command, context, seconds)
    except (CommandRefusedError, MarketError) as refusal:
        return _failure_of(refusal)
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
    if kind.throttle is not None:
        await in_turn(kind.throttle)(context)
    query = cast("Query", kind.handler)
    return Success(await query(context, kind.parameters(command.params)))


async def _change(kind: CommandKind, command: Command, context: CommandContext) -> Outcome:
    """Do it in a thread. One that takes too long goes on there; whoever gives it again learns how it ended."""
    identity = context.identity
    if identity is None:
        return denial(None)
    if kind.gather is not None:
        return await _gathered_change(kind, kind.gather, command, context, identity.user_id)

    def act(user_id: str) -> Outcome:
        return _acted(kind, command, context, user_id, _admitted(kind, command, context))

    return await in_turn(act)(identity.user_id)


async def _gathered_change(
    kind: CommandKind, gather: Gather, command: Command, context: CommandContext, user_id: str
) -> Outcome:
    """Do what needs something of the event loop first; what was answered before needs nothing."""

    def look_up() -> tuple[Any, Outcome | None]:
        parameters = _admitted(kind, command, context)
        return parameters, answered_before(command, user_id=user_id, now_ms=context.clock.now_ms())

    parameters, known = await in_turn(look_up)()
    if known is not None:
        return known
    return await in_turn(_acted)(kind, command, context, user_id, parameters, *await gather(context, parameters))


def _admitted(kind: CommandKind, command: Command, context: CommandContext) -> Any:
    """Count that the command is given, and return its parameters."""
    if kind.throttle is not None:
        kind.throttle(context)
    return kind.parameters(command.params)


def _acted(kind: CommandKind, command: Command, context: CommandContext, user_id: str, *given: Any) -> Outcome:
    change = cast("Change", kind.handler)
    try:
        return act_once(command, lambda: change(context, *given), user_id=user_id, now_ms=context.clock.now_ms())
    except CommandRefusedError as error:
        if kind.refused is not None:
            kind.refused(context, given[0], error)
        raise
