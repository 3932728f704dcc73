"""A use case, as commands and REST both call it: its parameters, its access, and the one function that does it.

An app's part declares each once, and gets both interfaces from it:

    CREATE_RULE = UseCase(parameters=NewRule, act=create, answer=RuleAnswer, changes=True)

    def create(caller: Caller, given: NewRule) -> RuleAnswer:
        return rule_answer(rule_create(owner_id=caller.user_id, given=given), caller.write_time)

    COMMANDS = (command_of("alerts.create", CREATE_RULE),)                       # in alerts/commands.py

    path("alerts/rules/", StructView.of(POST=CREATE_RULE).as_view())            # see streaming.rest.views

`throttle` names the setting that limits how often a user may ask for it (`120/min`), however they ask: all use cases
that name the same setting are counted together, over REST and commands.

`act` is an ordinary function that may use the ORM; it raises `CommandRefusedError` or `WrongParametersError`. It may
run in a thread, so it leaves the event loop alone. With `changes` a command is remembered by its id, in one transaction
with what `act` does; whoever must be told of it is told by `transaction.on_commit`.

What takes long to compute has a `finish`: `act` only reads, and returns what `finish(caller, read)` makes the answer of
without the database, in the thread of `computing`.

What needs something that is known only in the event loop, such as a price of now, has a `gather`: it is awaited before
`act`, outside of any transaction, and what it returns is the third that `act(caller, given, gathered)` is given. A
command whose id was answered before gets that answer, and gathers nothing.

What is too much for one transaction, which would hold up others, is done by a `gather`, too, in portions of a
transaction each (`each_in_turn`), before the rest by `act`. It may be done again after a part of it, and leaves
refusals to `act`: the same command may be under way elsewhere, whose answer is then this one's.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import msgspec
from asgiref.sync import async_to_sync
from django.conf import settings

from streaming.clock import Clock
from streaming.commands.access import Reader, StaffPermission
from streaming.commands.computing import computed, computed_in_time, took_too_long
from streaming.commands.context import CommandContext
from streaming.commands.contract import Contract
from streaming.commands.errors import CommandRefusedError, PermissionDeniedError
from streaming.commands.outcome import CommandErrorCode
from streaming.commands.parameters import Parameters, reader_of
from streaming.commands.registry import CommandKind, RefusedCommand
from streaming.commands.request_rates import count_change
from streaming.database.fair_queries import asking, database_turn, in_turn
from streaming.fan_out.hub import Hub
from streaming.identity.scopes import Scope
from streaming.requesters import user_requester
from streaming.times import WriteTime, moment

JsonNumber = Annotated[msgspec.Raw, msgspec.Meta(extra_json_schema={"type": "number"})]
"""An exact number in an answer, as `streaming.numbers.json_number` writes it."""
Answer = Mapping[str, Any] | msgspec.Struct


class EmptyAnswer(msgspec.Struct, frozen=True):
    """An empty object."""


class Interface(StrEnum):
    """By which way something is asked for."""

    REST = "rest"
    WEBSOCKET = "websocket"
    ADMIN = "admin"


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, by which way and from which address (empty: not known), and how times (ms since the epoch) are written.

    `may` tells whether the user holds a permission, such as `alerts.change_alertrule`.
    """

    user_id: int
    is_staff: bool
    may: Callable[[str], bool]
    write_time: WriteTime
    clock: Clock
    interface: Interface = Interface.REST
    address: str = ""

    @property
    def now(self) -> datetime:
        """The time of now, by the clock."""
        return moment(self.clock.now_ms())

    def check_owner(self, owner_id: int, others: StaffPermission) -> None:
        """Raise `PermissionDeniedError` for what is another's, unless one is of those `others` who may all the same."""
        if owner_id != self.user_id and not self.is_one_of(others):
            raise PermissionDeniedError

    def is_one_of(self, others: StaffPermission) -> bool:
        """Return whether whoever asks is a member of staff who holds that permission."""
        return self.is_staff and self.may(others.name)

    def reader(self, others: StaffPermission) -> Reader:
        """Return what whoever asks reaches: one's own, and of all users where one is of those `others`."""
        return Reader(user_id=self.user_id, reaches_all=self.is_one_of(others))


Act = Callable[..., Any]
"""Given the caller and the parameters, and where there is a `gather`, what it has gathered."""
HubOfProcess = Callable[[], Awaitable[Hub]]
"""Gives the hub; raises `CommandRefusedError` (UNAVAILABLE) where the process has none."""
Gather = Callable[[Caller, HubOfProcess, Any], Awaitable[Any]]
Finish = Callable[[Caller, Any], Answer]
Refused = Callable[[Caller, Any, CommandRefusedError], None]


class UseCase(Contract, frozen=True, kw_only=True):
    """What may be asked for or done, as a command and over REST alike.

    `act` returns what `answer` describes, or a mapping of the same shape; with the status 204 REST sends no body.
    `gather(caller, hub, parameters)` may wait, in the event loop, and raises what `act` may; `hub()` is awaited for the
    process's hub, once what can be refused without it was looked at. `finish` is for what only
    reads. `refused(caller, parameters, error)` is called where `act` refuses, once what it did is taken back, in its
    thread: it may note or tell that. `scope` is what an API key needs for a change: one that names none is closed to
    keys. `throttle` is empty for none.
    """

    act: Act
    gather: Gather | None = None
    finish: Finish | None = None
    refused: Refused | None = None
    changes: bool = False
    throttle: str = ""
    scope: Scope | None = None

    @property
    def needed_scope(self) -> Scope | None:
        """The scope that an API key needs for it; None: no key may."""
        return self.scope if self.changes else Scope.READ

    def count(self, user_id: object) -> None:
        """Count that the user asks for it; raise `TooMuchError` where that is too often. It may wait for the cache."""
        if self.throttle:
            count_change(self.throttle, user_id)

    def done(self, caller: Caller, given: Any, hub: HubOfProcess | None = None) -> Answer:
        """Do it in a thread that may use the ORM, in the user's turn, and return the answer.

        Raise `CommandRefusedError` (UNAVAILABLE) where that takes too long, or where it needs a hub and there is none.
        """
        found = self._acted(caller, given, *self._gathered(caller, given, hub))
        return (
            found
            if self.finish is None
            else computed_in_time(user_requester(caller.user_id), self.finish, caller, found)
        )

    def _gathered(self, caller: Caller, given: Any, hub: HubOfProcess | None) -> tuple[Any, ...]:
        """Return what `gather` found, from the thread of a request, which has no turn while it waits."""
        gather = self.gather
        if gather is None:
            return ()

        async def gathering() -> Any:
            async with asyncio.timeout(settings.WS_COMMAND_SECONDS):
                return await gather(caller, hub or _no_hub, given)

        try:
            with asking(user_requester(caller.user_id)):
                return (async_to_sync(gathering)(),)
        except TimeoutError:
            raise took_too_long() from None

    def _acted(self, caller: Caller, given: Any, *gathered: Any) -> Any:
        with ExitStack() as stack:
            try:
                stack.enter_context(database_turn(user_requester(caller.user_id), seconds=settings.WS_COMMAND_SECONDS))
            except TimeoutError:
                raise took_too_long() from None
            try:
                return self.act(caller, given, *gathered)
            except CommandRefusedError as error:
                if self.refused is not None:
                    self.refused(caller, given, error)
                raise


class Paged(Parameters, frozen=True, kw_only=True):
    """Which part of a list to return; lists with filters add theirs."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=500)] = 100
    offset: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0


def command_of(action: str, case: UseCase) -> CommandKind:
    """Return the command that does `case`."""

    def throttle(context: CommandContext) -> None:
        case.count(_caller(context).user_id)

    async def gather(context: CommandContext, parameters: Any) -> tuple[Any, ...]:
        if case.gather is None:
            return ()

        async def hub() -> Hub:
            return context.hub

        return (await case.gather(_caller(context), hub, parameters),)

    def change(context: CommandContext, parameters: Any, *gathered: Any) -> Mapping[str, Any]:
        return as_mapping(case.act(_caller(context), parameters, *gathered))

    async def ask(context: CommandContext, parameters: Any) -> Mapping[str, Any]:
        caller = _caller(context)
        found = await in_turn(case.act)(caller, parameters, *await gather(context, parameters))
        if case.finish is not None:
            found = await computed(user_requester(caller.user_id), case.finish, caller, found)
        return as_mapping(found)

    return CommandKind(
        action=action,
        access=case.access,
        parameters=reader_of(case.parameters),
        handler=change if case.changes else ask,
        gather=gather if case.changes and case.gather is not None else None,
        refused=_refused_command(case.refused),
        changes=case.changes,
        throttle=throttle if case.throttle else None,
        scope=case.needed_scope,
        contract=case,
    )


def _refused_command(refused: Refused | None) -> RefusedCommand | None:
    """Return what a command calls where it is refused."""
    if refused is None:
        return None
    return lambda context, parameters, error: refused(_caller(context), parameters, error)


async def _no_hub() -> Hub:
    raise CommandRefusedError(CommandErrorCode.UNAVAILABLE, "This process hears no market data")


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
        interface=Interface.WEBSOCKET,
        address=context.address,
    )


def as_mapping(answer: Answer) -> Mapping[str, Any]:
    """Return an answer as a command's data, under the names that it has in JSON."""
    if not isinstance(answer, msgspec.Struct):
        return answer
    kind = type(answer)
    names = zip(kind.__struct_encode_fields__, kind.__struct_fields__, strict=True)
    return {name: getattr(answer, attribute) for name, attribute in names}
