"""A use case as a command: the same function, parameters and refusals as over REST."""

import threading
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from django.db import connection

from streaming.commands.access import Who
from streaming.commands.command import Command
from streaming.commands.errors import CommandRefusedError
from streaming.commands.outcome import CommandErrorCode, Failure, Outcome, Success
from streaming.commands.parameters import Parameters
from streaming.commands.registry import CommandRegistry
from streaming.commands.use_cases import Caller, HubOfProcess, JsonNumber, UseCase, command_of
from streaming.fan_out.hub import Hub
from streaming.gateway.commands.execution import execute
from streaming.identity.identity import Identity
from streaming.identity.scopes import CLOSED_TO_KEYS, Scope
from streaming.models import CommandRecord
from streaming.numbers import json_number
from tests.gateway.commands.conftest import clock, closed_connections, hub, last_values
from tests.streaming.commands.people import STAFF, USER, context_of

__all__ = ("clock", "closed_connections", "hub", "last_values")
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]


class Level(Parameters, frozen=True):
    """A price level."""

    threshold: Decimal


class LevelAnswer(msgspec.Struct, frozen=True):
    """The level, whose it is, and when it was asked for."""

    owner: int
    is_staff: bool
    threshold: JsonNumber
    at: str | int


def _act(caller: Caller, given: Level) -> LevelAnswer:
    threshold = json_number(given.threshold)
    return LevelAnswer(caller.user_id, caller.is_staff, threshold, caller.write_time(5))


def _records(caller: Caller, given: Level) -> Mapping[str, Any]:
    return {"count": CommandRecord.objects.count()}


def _thread(caller: Caller, given: Level) -> str:
    return threading.current_thread().name


def _threads(caller: Caller, read: str) -> Mapping[str, Any]:
    return {"read_in": read, "computed_in": threading.current_thread().name}


async def _gather(caller: Caller, hub: HubOfProcess, given: Level) -> str:
    if given.threshold == 0:
        raise CommandRefusedError(CommandErrorCode.UNAVAILABLE, "No price is known")
    return f"{threading.current_thread().name} of {caller.user_id} at {given.threshold}"


def _act_with(caller: Caller, given: Level, gathered: str) -> Mapping[str, Any]:
    return {"gathered": gathered, "in_transaction": connection.in_atomic_block}


async def _gather_one(caller: Caller, hub: HubOfProcess, given: Level) -> str:
    return GATHERED.pop()


def _tell(caller: Caller, given: Level, gathered: str) -> Mapping[str, Any]:
    return {"gathered": gathered}


GATHERED: list[str] = []
"""What there is to gather, once each."""
CASES = {
    "level.priced": UseCase(parameters=Level, act=_act_with, gather=_gather, answer=LevelAnswer, changes=True),
    "level.quoted": UseCase(parameters=Level, act=_act_with, gather=_gather, answer=LevelAnswer),
    "level.first": UseCase(parameters=Level, act=_tell, gather=_gather_one, answer=LevelAnswer, changes=True),
    "level.threads": UseCase(parameters=Level, act=_thread, finish=_threads, answer=LevelAnswer),
    "level.create": UseCase(parameters=Level, act=_act, answer=LevelAnswer, changes=True),
    "level.get": UseCase(parameters=Level, act=_act, answer=LevelAnswer),
    "level.records": UseCase(parameters=Level, act=_records, answer=LevelAnswer, access=Who.STAFF),
}


async def give(action: str, hub: Hub, identity: Identity | None, threshold: object = "1.50") -> Outcome:
    """Give the command of a case."""
    registry = CommandRegistry()
    registry.register(command_of(action, CASES[action]))
    return await execute(registry, Command("1", action, {"threshold": threshold}), context_of(identity, hub))


@pytest.mark.parametrize("action", ["level.create", "level.get"])
@pytest.mark.parametrize("identity", [USER, STAFF])
async def test_it_answers_with_the_fields_of_the_struct(action: str, identity: Identity, hub: Hub) -> None:
    outcome = await give(action, hub, identity)
    assert isinstance(outcome, Success)
    whose = f'"owner":{identity.user_id},"is_staff":{str(identity.is_staff).lower()}'
    assert msgspec.json.encode(outcome.data).decode() == f'{{{whose},"threshold":1.50,"at":5}}'


@pytest.mark.parametrize("action", CASES)
async def test_it_refuses_in_the_words_of_the_parameters(action: str, hub: Hub) -> None:
    sentence = "threshold must be a number"
    refused = Failure(CommandErrorCode.VALIDATION_ERROR, sentence, {"threshold": sentence})
    assert await give(action, hub, STAFF, "high") == refused


async def test_it_asks_for_the_permission_of_the_case(hub: Hub) -> None:
    assert await give("level.get", hub, None) == Failure(CommandErrorCode.PERMISSION_DENIED, "Authentication required")
    assert await give("level.records", hub, USER) == Failure(CommandErrorCode.PERMISSION_DENIED, "Permission denied")


async def test_a_change_that_names_no_scope_is_closed_to_api_keys(hub: Hub) -> None:
    key = msgspec.structs.replace(USER, scopes=frozenset(Scope))
    assert await give("level.create", hub, key) == Failure(CommandErrorCode.PERMISSION_DENIED, CLOSED_TO_KEYS)
    assert isinstance(await give("level.get", hub, key), Success)


async def test_it_remembers_only_what_changes_something(hub: Hub) -> None:
    await give("level.get", hub, STAFF)
    assert await give("level.records", hub, STAFF) == Success({"count": 0})
    await give("level.create", hub, STAFF)
    assert await give("level.records", hub, STAFF) == Success({"count": 1})


async def test_it_computes_outside_of_the_thread_of_the_database(hub: Hub) -> None:
    outcome = await give("level.threads", hub, USER)
    assert isinstance(outcome, Success)
    assert str(outcome.data["computed_in"]).startswith("computing")
    assert not str(outcome.data["read_in"]).startswith("computing")


@pytest.mark.parametrize(("action", "in_transaction"), [("level.priced", True), ("level.quoted", False)])
async def test_it_gathers_in_the_event_loop_before_it_acts(action: str, in_transaction: bool, hub: Hub) -> None:
    unpriced = Failure(CommandErrorCode.UNAVAILABLE, "No price is known")
    assert await give(action, hub, USER, 0) == unpriced
    assert await give("level.records", hub, STAFF) == Success({"count": 0})
    gathered = f"{threading.current_thread().name} of 1 at 1.50"
    assert await give(action, hub, USER) == Success({"gathered": gathered, "in_transaction": in_transaction})


async def test_it_gathers_nothing_for_a_command_that_was_answered_before(hub: Hub) -> None:
    GATHERED.append("once")
    first = await give("level.first", hub, USER)
    assert isinstance(first, Success)
    assert await give("level.first", hub, USER) == Success({"gathered": msgspec.Raw(b'"once"')})
    refused = Failure(CommandErrorCode.CONFLICT, "The id 1 was used for another command")
    assert await give("level.first", hub, USER, "1.6") == refused
    assert not GATHERED
