"""Registering commands, as apps do."""

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from streaming.commands.access import CommandAccess, Who
from streaming.commands.context import CommandContext
from streaming.commands.parameters import NoParameters, reader_of
from streaming.commands.registry import Change, CommandKind, CommandRegistry, Query
from streaming.errors import RegistrationError


async def answer(context: CommandContext, parameters: NoParameters) -> Mapping[str, Any]:
    """Return nothing of interest."""
    return {}


def kind(action: str, access: CommandAccess = Who.LOGIN) -> CommandKind:
    """Return a command without parameters."""
    return CommandKind(action=action, access=access, parameters=reader_of(NoParameters), handler=answer)


def test_it_finds_a_command_by_its_exact_name() -> None:
    registry = CommandRegistry()
    registered = kind("alerts.list")
    registry.register(registered)
    assert registry.find("alerts.list") is registered
    for name in ("Alerts.list", "alerts.list ", "alerts", ""):
        assert registry.find(name) is None


def test_it_refuses_a_second_command_of_the_same_name() -> None:
    registry = CommandRegistry()
    registry.register(kind("alerts.list"))
    with pytest.raises(RegistrationError, match=r"registered already: alerts\.list"):
        registry.register(kind("alerts.list"))
    assert len(registry) == 1


def change(context: CommandContext, parameters: NoParameters) -> Mapping[str, Any]:
    """Change nothing of interest."""
    return {}


@pytest.mark.parametrize(
    ("handler", "changes", "complaint"),
    [
        (answer, True, "the handler of alerts.list must be an ordinary function, since it changes something"),
        (change, False, "the handler of alerts.list must be asynchronous"),
    ],
)
def test_it_refuses_a_handler_of_the_wrong_kind(handler: Query | Change, changes: bool, complaint: str) -> None:
    wrong = msgspec.structs.replace(kind("alerts.list"), handler=handler, changes=changes)
    with pytest.raises(RegistrationError, match=complaint):
        CommandRegistry().register(wrong)


def test_it_refuses_that_anybody_may_change_something() -> None:
    wrong = msgspec.structs.replace(kind("alerts.list", Who.ANYONE), handler=change, changes=True)
    with pytest.raises(RegistrationError, match="it can't be for anyone"):
        CommandRegistry().register(wrong)
