"""Doing a command: the order of the checks, and every way in which a handler can fail."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
import structlog
from django.db import IntegrityError, InterfaceError, OperationalError

from streaming.commands.access import Permission, Who
from streaming.commands.command import Command
from streaming.commands.context import CommandContext
from streaming.commands.errors import CommandRefusedError
from streaming.commands.outcome import CommandErrorCode, Failure, Outcome, Success
from streaming.commands.parameters import Parameters, reader_of
from streaming.commands.registry import CommandKind, CommandRegistry
from streaming.fan_out.hub import Hub
from streaming.gateway.commands.execution import execute
from streaming.identity.identity import Identity
from streaming.market.errors import MarketBusyError, MarketUnavailableError
from tests.streaming.commands.people import STAFF, TRADER, USER, context_of


class Stop(Parameters, frozen=True):
    """Which instance to stop."""

    id: str
    cancel_orders: bool = True


@pytest.fixture
def registry() -> CommandRegistry:
    """Return a registry of one command for traders, which knows the instance `mine` and fails for others on purpose."""
    registry = CommandRegistry()
    access = Permission("trading.add_grid")
    registry.register(CommandKind(action="grid.stop", access=access, parameters=reader_of(Stop), handler=_stop))
    return registry


FAILURES: Mapping[str, Exception] = {
    "theirs": CommandRefusedError(CommandErrorCode.NOT_FOUND, "No such grid: theirs"),
    "stopped": CommandRefusedError(CommandErrorCode.CONFLICT, "The grid has stopped", {"id": "The grid has stopped"}),
    "busy": MarketBusyError(7),
    "market away": MarketUnavailableError("Market data unavailable"),
    "database away": OperationalError("could not connect to server: secret.host"),
    "database gone": InterfaceError("connection already closed"),
    "fault": KeyError("a fault of ours"),
    "constraint": IntegrityError("UNIQUE constraint failed"),
    "own time-out": TimeoutError("of a library"),
}


async def _stop(context: CommandContext, parameters: Stop) -> Mapping[str, Any]:
    if parameters.id == "slow":
        await asyncio.Event().wait()
    if parameters.id in FAILURES:
        raise FAILURES[parameters.id]
    return {"grid_id": parameters.id, "status": "stopping"}


async def ask(
    registry: CommandRegistry, hub: Hub, params: Mapping[str, Any], *, identity: Identity | None = TRADER
) -> Outcome:
    """Give the command."""
    return await execute(registry, Command("1", "grid.stop", params), context_of(identity, hub), seconds=0.1)


async def refusal(registry: CommandRegistry, hub: Hub, instance: str) -> tuple[str, str]:
    """Return code and message of the refusal to stop an instance."""
    outcome = await ask(registry, hub, {"id": instance})
    assert isinstance(outcome, Failure)
    return outcome.code.value, outcome.message


async def test_it_returns_what_the_handler_returns(registry: CommandRegistry, hub: Hub) -> None:
    assert await ask(registry, hub, {"id": "mine"}) == Success({"grid_id": "mine", "status": "stopping"})


async def test_it_checks_the_name_first(registry: CommandRegistry, hub: Hub) -> None:
    outcome = await execute(registry, Command("1", "grid.fly", {"x": 1}), context_of(None, hub))
    assert outcome == Failure(CommandErrorCode.UNKNOWN_ACTION, "Unknown action: grid.fly")


@pytest.mark.parametrize(
    ("identity", "message"),
    [(None, "Authentication required"), (USER, "Permission denied"), (STAFF, "Permission denied")],
)
async def test_it_checks_the_permission_before_the_parameters(
    registry: CommandRegistry, hub: Hub, identity: Identity | None, message: str
) -> None:
    outcome = await ask(registry, hub, {"nonsense": 1}, identity=identity)
    assert outcome == Failure(CommandErrorCode.PERMISSION_DENIED, message)


async def test_it_checks_the_parameters_before_the_existence(registry: CommandRegistry, hub: Hub) -> None:
    outcome = await ask(registry, hub, {"id": "theirs", "cancel_orders": 1, "x": 1})
    assert outcome == Failure(
        CommandErrorCode.VALIDATION_ERROR,
        "cancel_orders must be true or false; Unknown parameter: x",
        {"cancel_orders": "cancel_orders must be true or false", "x": "Unknown parameter"},
    )


async def test_it_answers_what_the_handler_refuses(registry: CommandRegistry, hub: Hub) -> None:
    assert await refusal(registry, hub, "theirs") == ("NOT_FOUND", "No such grid: theirs")
    stopped = await ask(registry, hub, {"id": "stopped"})
    assert stopped == Failure(CommandErrorCode.CONFLICT, "The grid has stopped", {"id": "The grid has stopped"})


async def test_it_answers_what_the_market_refuses(registry: CommandRegistry, hub: Hub) -> None:
    message = "Too many requests to the exchange; try again in 7 s"
    assert await refusal(registry, hub, "busy") == ("RATE_LIMITED", message)
    assert await refusal(registry, hub, "market away") == ("UNAVAILABLE", "Market data unavailable")


@pytest.mark.parametrize("instance", ["database away", "database gone"])
async def test_it_is_unavailable_where_the_database_is_away(registry: CommandRegistry, hub: Hub, instance: str) -> None:
    assert await refusal(registry, hub, instance) == ("UNAVAILABLE", "The database is unavailable")


@pytest.mark.parametrize("instance", ["fault", "constraint", "own time-out"])
async def test_it_logs_a_fault_with_its_traceback_and_tells_no_details(
    registry: CommandRegistry, hub: Hub, instance: str
) -> None:
    with structlog.testing.capture_logs() as logs:
        assert await refusal(registry, hub, instance) == ("INTERNAL_ERROR", "Internal error")
    [line] = logs
    assert (line["log_level"], line["exc_info"]) == ("error", FAILURES[instance])


async def test_it_is_unavailable_where_the_handler_takes_too_long(registry: CommandRegistry, hub: Hub) -> None:
    assert await refusal(registry, hub, "slow") == ("UNAVAILABLE", "grid.stop took too long")


async def test_it_ends_where_it_is_cancelled(registry: CommandRegistry, hub: Hub) -> None:
    task = asyncio.create_task(ask(registry, hub, {"id": "slow"}))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_it_lets_anyone_do_what_anyone_may(registry: CommandRegistry, hub: Hub) -> None:
    registry.register(CommandKind(action="open", access=Who.ANYONE, parameters=reader_of(Stop), handler=_stop))
    outcome = await execute(registry, Command("1", "open", {"id": "x"}), context_of(None, hub))
    assert isinstance(outcome, Success)
