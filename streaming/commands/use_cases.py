"""A use case, as commands and REST both call it: its parameters, its access, and the one function that does it.

An app's part declares each once, and gets both interfaces from it:

    CREATE_RULE = UseCase(parameters=NewRule, act=create, answer=RuleAnswer, changes=True)

    def create(caller: Caller, given: NewRule) -> RuleAnswer:
        return rule_answer(rule_create(owner_id=caller.user_id, given=given), caller.write_time)

    COMMANDS = (command_of("alerts.create", CREATE_RULE),)                       # in alerts/commands.py

    class RulesApi(StructView):                                                 # see streaming.rest.views
        use_cases: ClassVar = {"POST": CREATE_RULE}

`throttle` names the setting that limits how often a user may ask for it (`120/min`), however they ask: all use cases
that name the same setting are counted together, over REST and commands.

`act` is an ordinary function that may use the ORM; it raises `CommandRefusedError` or `WrongParametersError`. It may
run in a thread, so it leaves the event loop alone. With `changes` a command is remembered by its id, in one transaction
with what `act` does; whoever must be told of it is told by `transaction.on_commit`.

What takes long to compute has a `finish`: `act` only reads, and returns what `finish(caller, read)` makes the answer of
without the database, in the thread of `computing`.
"""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from django.conf import settings

from streaming.askers import user_asker
from streaming.clock import Clock
from streaming.commands.access import Permission, StaffPermission, Who
from streaming.commands.computing import computed, computed_in_time, took_too_long
from streaming.commands.context import CommandContext
from streaming.commands.errors import PermissionDeniedError
from streaming.commands.parameters import NoParameters, Parameters, reader_of
from streaming.commands.registry import CommandKind
from streaming.commands.request_rates import count_change
from streaming.database.turns import database_turn, in_turn
from streaming.identity.scopes import Scope
from streaming.times import WriteTime

JsonNumber = Annotated[msgspec.Raw, msgspec.Meta(extra_json_schema={"type": "number"})]
"""An exact number in an answer, as `streaming.numbers.json_number` writes it."""
Answer = Mapping[str, Any] | msgspec.Struct


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, and how this interface writes times (given in ms since the epoch).

    `may` tells whether the user holds a permission, such as `alerts.change_alertrule`.
    """

    user_id: int
    is_staff: bool
    may: Callable[[str], bool]
    write_time: WriteTime
    clock: Clock

    def check_owner(self, owner_id: int, others: StaffPermission) -> None:
        """Raise `PermissionDeniedError` for what is another's, unless one is of those `others` who may all the same."""
        is_own = owner_id == self.user_id
        if not is_own and not (self.is_staff and self.may(others.name)):
            raise PermissionDeniedError


Act = Callable[[Caller, Any], Any]
Finish = Callable[[Caller, Any], Answer]


class Contract(msgspec.Struct, frozen=True, kw_only=True):
    """What REST promises of a method of an address: what it takes, and what it answers to whom.

    `answer` is the Struct that describes what `act` returns, for the documentation; None for no body. `status` is that
    of a success, `refusals` are statuses besides those that follow from the rest. `others` are those who may do it to
    what is another's; None where it only ever meets what is one's own.
    """

    parameters: type[Parameters] = NoParameters
    act: Callable[..., Any]
    answer: type[msgspec.Struct] | None
    access: Who | Permission | StaffPermission = Who.LOGIN
    others: Who | StaffPermission | None = None
    status: int = HTTPStatus.OK
    refusals: tuple[int, ...] = (HTTPStatus.BAD_REQUEST, HTTPStatus.TOO_MANY_REQUESTS)


class UseCase(Contract, frozen=True, kw_only=True):
    """What may be asked for or done, as a command and over REST alike.

    `act` returns what `answer` describes, or a mapping of the same shape; with the status 204 REST sends no body.
    `finish` is for what only reads. `scope` is what an API key needs for a change. `throttle` is empty for none.
    """

    act: Act
    finish: Finish | None = None
    changes: bool = False
    throttle: str = ""
    scope: Scope = Scope.ALERTS

    @property
    def needed_scope(self) -> Scope:
        """The scope that an API key needs for it."""
        return self.scope if self.changes else Scope.READ

    def count(self, user_id: object) -> None:
        """Count that the user asks for it; raise `TooMuchError` where that is too often. It may wait for the cache."""
        if self.throttle:
            count_change(self.throttle, user_id)

    def done(self, caller: Caller, given: Any) -> Answer:
        """Do it in a thread that may use the ORM, in the user's turn, and return the answer.

        Raise `CommandRefusedError` (UNAVAILABLE) where that takes too long.
        """
        found = self._acted(caller, given)
        return (
            found if self.finish is None else computed_in_time(user_asker(caller.user_id), self.finish, caller, found)
        )

    def _acted(self, caller: Caller, given: Any) -> Any:
        with ExitStack() as stack:
            try:
                stack.enter_context(database_turn(user_asker(caller.user_id), seconds=settings.WS_COMMAND_SECONDS))
            except TimeoutError:
                raise took_too_long() from None
            return self.act(caller, given)


class Paged(Parameters, frozen=True, kw_only=True):
    """Which part of a list to return; lists with filters add theirs."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=500)] = 100
    offset: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0


def command_of(action: str, case: UseCase) -> CommandKind:
    """Return the command that does `case`."""

    def throttle(context: CommandContext) -> None:
        case.count(_caller(context).user_id)

    def change(context: CommandContext, parameters: Any) -> Mapping[str, Any]:
        return as_mapping(case.act(_caller(context), parameters))

    async def ask(context: CommandContext, parameters: Any) -> Mapping[str, Any]:
        caller = _caller(context)
        found = await in_turn(case.act)(caller, parameters)
        if case.finish is not None:
            found = await computed(user_asker(caller.user_id), case.finish, caller, found)
        return as_mapping(found)

    return CommandKind(
        action=action,
        access=case.access,
        parameters=reader_of(case.parameters),
        handler=change if case.changes else ask,
        changes=case.changes,
        throttle=throttle if case.throttle else None,
        scope=case.needed_scope,
    )


def _caller(context: CommandContext) -> Caller:
    identity = context.identity
    if identity is None:
        raise TypeError("a use case is for those who are logged in")
    return Caller(
        user_id=int(identity.user_id),
        is_staff=identity.is_staff,
        may=identity.may,
        write_time=context.write_time,
        clock=context.clock,
    )


def as_mapping(answer: Answer) -> Mapping[str, Any]:
    """Return an answer as a command's data."""
    return msgspec.structs.asdict(answer) if isinstance(answer, msgspec.Struct) else answer
