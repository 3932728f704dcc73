"""The commands of one session: how many it may give, how many run at a time, and that each is answered once."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import msgspec
import structlog

from streaming.clock import Clock
from streaming.gateway.commands.context import CommandContext
from streaming.gateway.commands.execution import DEFAULT_SECONDS, execute, internal_error, took_too_long
from streaming.gateway.commands.registry import CommandRegistry
from streaming.gateway.limits import RateLimit, Verdict
from streaming.gateway.messages import Command
from streaming.gateway.outcome import CommandErrorCode, Failure, Outcome, Success

_ENDLESS_PATIENCE = float("inf")
"""Too many commands are refused, but close nothing; too many messages do."""
_LONGEST_LOGGED = 100

Spawn = Callable[[Coroutine[Any, Any, None]], None]
Respond = Callable[[str, Outcome], None]
NewContext = Callable[[], CommandContext]

logger = structlog.get_logger(__name__)


class CommandLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How many commands a second, at a time and waiting one connection may have, and the seconds for each.

    The time of a command runs from its arrival, so that one that waits long is still answered before its client gives
    up.
    """

    per_second: int = 10
    at_a_time: int = 4
    waiting: int = 64
    seconds: float = DEFAULT_SECONDS


class CommandRunner:
    """See the module.

    `spawn` runs a coroutine as a task that is cancelled when the session ends; `respond` writes an answer, at once;
    `context` returns what a handler knows of the session, as it is when its command begins.
    """

    def __init__(
        self,
        *,
        registry: CommandRegistry,
        clock: Clock,
        limits: CommandLimits,
        spawn: Spawn,
        respond: Respond,
        context: NewContext,
    ) -> None:
        self._registry = registry
        self._clock = clock
        self._limits = limits
        self._spawn = spawn
        self._respond = respond
        self._context = context
        self._rate = RateLimit(limits.per_second, _ENDLESS_PATIENCE)
        self._waiting: list[tuple[Command, float]] = []
        self._running = 0
        self._stopped = False

    def submit(self, command: Command) -> None:
        """Take a command; its answer follows, now or later. After `stop` nothing is taken."""
        if self._stopped:
            return
        now = self._clock.monotonic()
        if self._rate.admit(now) is not Verdict.ACCEPT:
            self._respond(command.id, _too_many(f"At most {self._limits.per_second} commands a second"))
        elif len(self._waiting) >= self._limits.waiting:
            self._respond(command.id, _too_many("Too many commands are waiting"))
        else:
            self._waiting.append((command, now))
            self._start_next()

    def stop(self) -> None:
        """Answer no more, and begin nothing more: the session closes. Calling it twice is harmless."""
        self._stopped = True
        self._waiting.clear()

    def _start_next(self) -> None:
        while self._waiting and self._running < self._limits.at_a_time:
            command, came_at = self._waiting.pop(0)
            self._running += 1
            self._spawn(self._run(command, came_at))

    async def _run(self, command: Command, came_at: float) -> None:
        """Do a command, then begin the next; a cancellation means that the session has ended."""
        try:
            await self._do(command, came_at)
        except asyncio.CancelledError:
            self.stop()
            raise
        finally:
            self._running -= 1
            self._start_next()

    async def _do(self, command: Command, came_at: float) -> None:
        context = self._context()
        identity = context.identity
        with structlog.contextvars.bound_contextvars(
            client_id=context.client_id,
            user_id=None if identity is None else identity.user_id,
            action=command.action[:_LONGEST_LOGGED],
            command_id=command.id[:_LONGEST_LOGGED],
        ):
            self._answer(command.id, await self._outcome(command, context, came_at))

    async def _outcome(self, command: Command, context: CommandContext, came_at: float) -> Outcome:
        seconds = self._limits.seconds - (self._clock.monotonic() - came_at)
        if seconds <= 0:
            return took_too_long(command.action)
        outcome = await execute(self._registry, command, context, seconds=seconds)
        logger.debug("a command was done", outcome="success" if isinstance(outcome, Success) else outcome.code.value)
        return outcome

    def _answer(self, command_id: str, outcome: Outcome) -> None:
        if self._stopped:
            return
        try:
            self._respond(command_id, outcome)
        except Exception:  # what the handler returned can't be written as JSON
            logger.exception("a command's answer could not be written")
            self._respond(command_id, internal_error())


def _too_many(message: str) -> Failure:
    return Failure(CommandErrorCode.RATE_LIMITED, message)
