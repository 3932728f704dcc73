"""A use case, as commands and REST both call it: its parameters, its access, and the one function that does it.

An app's part declares each once, and gets both interfaces from it:

    CREATE_RULE = UseCase(parameters=NewRule, act=create, answer=RuleAnswer, changes=True)

    def create(caller: Caller, given: NewRule) -> RuleAnswer:
        return rule_answer(rule_create(owner_id=caller.user_id, given=given), caller.write_time)

    command_registry().register(command_of("alerts.create", CREATE_RULE))       # in alerts/commands.py

    class RulesApi(StructView):                                                 # see alerts.rest
        use_cases: ClassVar = {"POST": CREATE_RULE}

`act` is an ordinary function that may use the ORM; it raises `CommandRefusedError` or `WrongParametersError`. It may
run in a thread, so it leaves the event loop alone. With `changes` a command is remembered by its id, in one transaction
with what `act` does; whoever must be told of it is told by `transaction.on_commit`.

What takes long to compute has a `finish`: `act` only reads, and returns what `finish(caller, read)` makes the answer of
without the database, in the thread of `alerts.computing`.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import msgspec
from channels.db import database_sync_to_async

from alerts.computing import LONGEST_WAIT_SECONDS, computed, computed_within
from streaming.clock import Clock
from streaming.gateway.commands.access import Who
from streaming.gateway.commands.context import CommandContext
from streaming.gateway.commands.parameters import NoParameters, Parameters, reader_of
from streaming.gateway.commands.registry import CommandKind
from streaming.gateway.dialects.times import WriteTime

JsonNumber = Annotated[msgspec.Raw, msgspec.Meta(extra_json_schema={"type": "number"})]
"""An exact number in an answer, as `streaming.numbers.json_number` writes it."""
Answer = Mapping[str, Any] | msgspec.Struct


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, and how this interface writes times (given in ms since the epoch)."""

    user_id: int
    is_staff: bool
    write_time: WriteTime
    clock: Clock


Act = Callable[[Caller, Any], Any]
Finish = Callable[[Caller, Any], Answer]


class UseCase(msgspec.Struct, frozen=True, kw_only=True):
    """See the module.

    `answer` is the Struct that describes what `act` returns, for the documentation; `act` returns it, or a mapping of
    the same shape. `status` is REST's for a success; with 204 REST sends no body. `finish` is for what only reads.
    """

    parameters: type[Parameters] = NoParameters
    act: Act
    finish: Finish | None = None
    answer: type[msgspec.Struct]
    access: Who = Who.LOGIN
    changes: bool = False
    status: int = 200

    def done(self, caller: Caller, given: Any) -> Answer:
        """Do it in a thread that may use the ORM, and return the answer."""
        found: Answer = self.act(caller, given)
        return found if self.finish is None else computed_within(LONGEST_WAIT_SECONDS, self.finish, caller, found)


class Paged(Parameters, frozen=True, kw_only=True):
    """Which part of a list to return; lists with filters add theirs."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=500)] = 100
    offset: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0


def command_of(action: str, case: UseCase) -> CommandKind:
    """Return the command that does `case`."""

    def change(context: CommandContext, parameters: Any) -> Mapping[str, Any]:
        return _as_mapping(case.act(_caller(context), parameters))

    async def ask(context: CommandContext, parameters: Any) -> Mapping[str, Any]:
        caller = _caller(context)
        found = await database_sync_to_async(case.act)(caller, parameters)
        return _as_mapping(found if case.finish is None else await computed(case.finish, caller, found))

    return CommandKind(
        action=action,
        access=case.access,
        parameters=reader_of(case.parameters),
        handler=change if case.changes else ask,
        changes=case.changes,
    )


def _caller(context: CommandContext) -> Caller:
    identity = context.identity
    if identity is None:
        raise TypeError("a use case is for those who are logged in")
    return Caller(
        user_id=int(identity.user_id),
        is_staff=identity.is_staff,
        write_time=context.write_time,
        clock=context.clock,
    )


def _as_mapping(answer: Answer) -> Mapping[str, Any]:
    return msgspec.structs.asdict(answer) if isinstance(answer, msgspec.Struct) else answer
