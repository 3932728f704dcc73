"""Every command there is: who may give it, how its parameters are read, and what does it.

An app declares its commands in its `AppDeclaration`; `streaming.installed.command_registry()` holds those of all.

A command that only reads has an asynchronous handler:

    async def rules(context: CommandContext, given: RuleQuery) -> Mapping[str, Any]

One that changes something says `changes=True`, and its handler is an ordinary function:

    def create(context: CommandContext, given: NewRule) -> Mapping[str, Any]

Where it needs what is known only in the event loop, its `gather` is awaited first, and its handler is given that, too.
It runs in a thread, inside one transaction with the memory of its answer: what it did and that it did it are stored
together or not at all, so that the same id sent again acts once, whatever died in between. It uses the ORM, leaves the
event loop alone (no hub, no awaiting), does nothing that can't be rolled back, and tells others of what it did by
`transaction.on_commit`. Refusing by `CommandRefusedError` takes back what it did, and leaves no memory of it.
"""

import inspect
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from streaming.commands.access import CommandAccess, Who
from streaming.commands.context import CommandContext
from streaming.commands.contract import Contract
from streaming.commands.errors import CommandRefusedError
from streaming.errors import RegistrationError
from streaming.identity.scopes import Scope

Given = Mapping[str, Any]
ReadParameters = Callable[[Given], Any]
Query = Callable[[CommandContext, Any], Awaitable[Mapping[str, Any]]]
Change = Callable[..., Mapping[str, Any]]
"""Given the context and the parameters, and what was gathered."""
Gather = Callable[[CommandContext, Any], Awaitable[tuple[Any, ...]]]
Throttle = Callable[[CommandContext], None]
RefusedCommand = Callable[[CommandContext, Any, CommandRefusedError], None]


class CommandKind(msgspec.Struct, frozen=True, kw_only=True):
    """One action.

    `parameters` returns the frozen Struct of what is given (see `reader_of`), or raises `WrongParametersError`.
    `handler` returns the answer's data, ready for JSON with numbers as `streaming.numbers` writes them, or raises
    `CommandRefusedError`; it is asynchronous, or with `changes` an ordinary function, inside one transaction with
    the memory of its answer. `gather`, of one that changes, is awaited before it, and gives what its handler takes
    behind the parameters. `refused`, of one that changes, is called where the handler refuses, in the same thread, once
    what it did is taken back. A command that changes is for those who are logged in. `throttle` counts how often its
    user gives it, in a thread, and raises `TooMuchError`. `scope` is what an API key needs for it: one that names
    none, be it only asking, is closed to keys, unless it is for anyone, which needs no scope. `contract` describes
    to clients what it takes and answers.
    """

    action: str
    access: CommandAccess
    parameters: ReadParameters
    handler: Query | Change
    gather: Gather | None = None
    refused: RefusedCommand | None = None
    changes: bool = False
    throttle: Throttle | None = None
    scope: Scope | None = None
    contract: Contract | None = None


class CommandRegistry:
    """The commands of a process by their names; `kinds` are registered in their order."""

    def __init__(self, kinds: Iterable[CommandKind] = ()) -> None:
        self._kinds: dict[str, CommandKind] = {}
        for kind in kinds:
            self.register(kind)

    def register(self, kind: CommandKind) -> None:
        """Add a command; raise `RegistrationError` where it exists already, or has a handler of the wrong kind."""
        _check_handler(kind)
        if kind.action in self._kinds:
            raise RegistrationError(f"registered already: {kind.action}")
        self._kinds[kind.action] = kind

    def find(self, action: str) -> CommandKind | None:
        """Return the command of that name, exactly as it is spelled; None where there is none."""
        return self._kinds.get(action)

    def __iter__(self) -> Iterator[CommandKind]:
        """Iterate over the commands, in the order of their registration."""
        return iter(self._kinds.values())

    def __len__(self) -> int:
        """Return how many commands there are."""
        return len(self._kinds)


def _check_handler(kind: CommandKind) -> None:
    if kind.changes and kind.access is Who.ANYONE:
        raise RegistrationError(f"{kind.action} changes something, so it can't be for anyone")
    if kind.changes == inspect.iscoroutinefunction(kind.handler):
        expected = "an ordinary function, since it changes something" if kind.changes else "asynchronous"
        raise RegistrationError(f"the handler of {kind.action} must be {expected}")
