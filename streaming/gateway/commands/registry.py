"""Every command there is: who may give it, how its parameters are read, and what does it.

Streaming registers its own; an app registers its commands from its `AppConfig.ready`:
`command_registry().register(CommandKind(...))`.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

import msgspec

from streaming.gateway.commands.access import CommandAccess
from streaming.gateway.commands.context import CommandContext

Given = Mapping[str, Any]
ReadParameters = Callable[[Given], Any]
Handler = Callable[[CommandContext, Any], Awaitable[Mapping[str, Any]]]


class CommandKind(msgspec.Struct, frozen=True, kw_only=True):
    """One action.

    `parameters` returns the frozen Struct of what is given (see `reader_of`), or raises `WrongParametersError`.
    `handler` returns the answer's data, ready for JSON with numbers as `streaming.numbers` writes them, or raises
    `CommandRefusedError`. `planned` marks an action whose handler comes with a later part.
    """

    action: str
    access: CommandAccess
    parameters: ReadParameters
    handler: Handler
    planned: bool = False


class RegistrationError(ValueError):
    """A command that exists already, or one that was announced for other users."""


class CommandRegistry:
    """See the module."""

    def __init__(self) -> None:
        self._kinds: dict[str, CommandKind] = {}

    def register(self, kind: CommandKind) -> None:
        """Add a command; it may take the place of a planned one that is for the same users."""
        known = self._kinds.get(kind.action)
        if known is not None and not known.planned:
            raise RegistrationError(f"registered already: {kind.action}")
        if known is not None and known.access != kind.access:
            raise RegistrationError(f"{kind.action} is for {known.access!r}, not for {kind.access!r}")
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
