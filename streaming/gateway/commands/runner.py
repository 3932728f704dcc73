"""The commands of one session: how many it may give, how many run at a time, and that each is answered once.

What one user may have over all sessions, `UserLimits` tells besides.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Coroutine
from typing import Any

import msgspec
import structlog

from streaming.clock import Clock
from streaming.commands.command import Command
from streaming.commands.context import CommandContext
from streaming.commands.errors import TooMuchError
from streaming.commands.outcome import CommandErrorCode, Failure, Outcome, Success
from streaming.commands.registry import CommandRegistry
from streaming.commands.user_limits import UserLimits
from streaming.database.fair_queries import asking
from streaming.gateway.commands.execution import execute, internal_error, took_too_long
from streaming.gateway.limits import RateDecision, RateLimit
from streaming.gateway.settings import CommandLimits
from streaming.tracing.correlation import command_correlation_id, correlated
from streaming.tracing.spans import SpanKind, below, span

_ENDLESS_PATIENCE = float("inf")
"""Too many commands are refused, but close nothing; too many messages do."""
_LONGEST_LOGGED = 100

Spawn = Callable[[Coroutine[Any, Any, None]], None]
Respond = Callable[[str, Outcome], None]
NewContext = Callable[[], CommandContext]
Requester = Callable[[], str]

logger = structlog.get_logger(__name__)


class _Taken(msgspec.Struct, frozen=True):
    """A command that was taken, when it came (monotonic seconds), and whose limits it counts for."""

    command: Command
    came_at: float
    requester: str


class CommandRunner:
    """Runs the commands of one session within its limits, and answers each once.

    `spawn` runs a coroutine as a task that is cancelled when the session ends; `respond` writes an answer, at once;
    `context` returns what a handler knows of the session, as it is when its command begins; `requester` is whose limits
    count.
    """

    def __init__(
        self,
        *,
        registry: CommandRegistry,
        clock: Clock,
        limits: CommandLimits,
        user_limits: UserLimits,
        requester: Requester,
        spawn: Spawn,
        respond: Respond,
        context: NewContext,
    ) -> None:
        self._registry = registry
        self._clock = clock
        self._limits = limits
        self._user_limits = user_limits
        self._requester = requester
        self._spawn = spawn
        self._respond = respond
        self._context = context
        self._rate = RateLimit(limits.per_second, _ENDLESS_PATIENCE)
        self._waiting: deque[_Taken] = deque()
        self._admitted: Counter[str] = Counter()
        self._running = 0
        self._stopped = False

    def submit(self, command: Command) -> None:
        """Take a command; its answer follows, now or later. After `stop` nothing is taken."""
        if self._stopped:
            return
        now = self._clock.monotonic()
        if self._rate.admit(now) is not RateDecision.ACCEPT:
            self._respond(command.id, _too_many(f"At most {self._limits.per_second} commands a second"))
        elif len(self._waiting) >= self._limits.waiting:
            self._respond(command.id, _too_many("Too many commands are waiting"))
        else:
            self._take(command, now)

    def stop(self) -> None:
        """Answer no more, and begin nothing more: the session closes. Calling it twice is harmless.

        All that was taken counts as ended, as a task that is cancelled before it begins can't say so itself.
        """
        self._stopped = True
        self._waiting.clear()
        for requester in self._admitted.elements():
            self._user_limits.ended(requester)
        self._admitted.clear()

    def _take(self, command: Command, now: float) -> None:
        requester = self._requester()
        try:
            self._user_limits.admit(requester)
        except TooMuchError as refusal:
            self._respond(command.id, refusal.failure())
            return
        self._admitted[requester] += 1
        self._waiting.append(_Taken(command, now, requester))
        self._start_next()

    def _start_next(self) -> None:
        while self._waiting and self._running < self._limits.at_a_time:
            self._running += 1
            self._spawn(self._run(self._waiting.popleft()))

    async def _run(self, taken: _Taken) -> None:
        """Do a command, then begin the next; a cancellation means that the session has ended."""
        try:
            await self._do_in_turn(taken)
        except asyncio.CancelledError:
            self.stop()
            raise
        finally:
            self._ended(taken.requester)
            self._running -= 1
            self._start_next()

    async def _do_in_turn(self, taken: _Taken) -> None:
        """Do a command when its user may have one more at work; answer where that is too late."""
        turns = self._user_limits.at_work
        try:
            async with asyncio.timeout(max(0.0, self._seconds_left(taken))):
                await turns.take(taken.requester)
        except TimeoutError:
            self._answer(taken.command.id, took_too_long(taken.command.action))
            return
        try:
            with asking(taken.requester):
                await self._do(taken)
        finally:
            turns.give_back(taken.requester)

    async def _do(self, taken: _Taken) -> None:
        context, command = self._context(), taken.command
        identity = context.identity
        known = structlog.contextvars.bound_contextvars(
            client_id=context.client_id,
            user_id=None if identity is None else identity.user_id,
            action=command.action[:_LONGEST_LOGGED],
            command_id=command.id[:_LONGEST_LOGGED],
        )
        with (
            correlated(command_correlation_id(context.client_id, command.id)),
            known,
            below(""),  # not below the handshake: a connection lasts for days
            span("command", SpanKind.SERVER, action=command.action[:_LONGEST_LOGGED]) as begun,
        ):
            outcome = await self._outcome(taken, context)
            if not isinstance(outcome, Success):
                begun.fail(outcome.code.value)
            self._answer(command.id, outcome)

    async def _outcome(self, taken: _Taken, context: CommandContext) -> Outcome:
        seconds = self._seconds_left(taken)
        if seconds <= 0:
            return took_too_long(taken.command.action)
        outcome = await execute(self._registry, taken.command, context, seconds=seconds)
        logger.debug("a command was done", outcome="success" if isinstance(outcome, Success) else outcome.code.value)
        return outcome

    def _seconds_left(self, taken: _Taken) -> float:
        return self._limits.seconds - (self._clock.monotonic() - taken.came_at)

    def _ended(self, requester: str) -> None:
        if self._admitted[requester]:
            self._admitted[requester] -= 1
            self._user_limits.ended(requester)

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
