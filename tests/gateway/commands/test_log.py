"""The memory of commands: what acts once, what is answered again, and what is forgotten."""

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest
import structlog
from asgiref.sync import sync_to_async
from pytest_django import Settings

from streaming.commands.access import Who
from streaming.commands.command import Command
from streaming.commands.context import CommandContext
from streaming.commands.errors import TooMuchError
from streaming.commands.log import commands_forget
from streaming.commands.outcome import CommandErrorCode, Failure, Outcome, Success
from streaming.commands.registry import CommandKind, CommandRegistry
from streaming.fan_out.hub import Hub
from streaming.gateway.commands.execution import execute
from streaming.gateway.dialects.market import MarketDialect
from streaming.identity.identity import Identity
from streaming.models import CommandRecord
from tests.gateway.commands.counting.commands import COUNT, counted
from tests.gateway.commands.counting.parameters import Then
from tests.manual_clock import ManualClock
from tests.streaming.commands.people import STAFF, TRADER, USER, context_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]
DAY_SECONDS = 24 * 60 * 60.0


class Giver:
    """Gives commands to a gateway, at the time of a clock."""

    def __init__(self, hub: Hub, clock: ManualClock) -> None:
        self.clock = clock
        self.registry = CommandRegistry()
        self.registry.register(COUNT)
        self._hub = hub

    async def give(
        self,
        command_id: str = "1",
        *,
        name: str = "a",
        then: Then = Then.ANSWER,
        identity: Identity | None = USER,
        params: Mapping[str, Any] | None = None,
        action: str = COUNT.action,
    ) -> Outcome:
        """Give the command that counts, and return how it ended."""
        context = msgspec.structs.replace(context_of(identity, self._hub), clock=self.clock)
        given = {"name": name, "then": then.value} if params is None else params
        return await execute(self.registry, Command(command_id, action, given), context)


@pytest.fixture
def giver(hub: Hub, clock: ManualClock) -> Giver:
    """Return who gives commands."""
    return Giver(hub, clock)


async def counts(name: str = "a") -> int:
    """Return how often was counted."""
    return await sync_to_async(counted)(name)


def written(outcome: Outcome) -> str:
    """Return the response's text, as a client reads it."""
    return MarketDialect(ManualClock()).response("1", outcome, 0).payload.decode()


async def test_it_acts_once_and_answers_the_same_again_to_the_last_digit(giver: Giver) -> None:
    first = await giver.give()
    again = await giver.give()
    assert '"exact":1.00000010' in written(first)
    assert written(again) == written(first)
    assert await counts() == 1


async def test_it_acts_again_for_another_id(giver: Giver) -> None:
    outcomes = [await giver.give("1"), await giver.give("2")]
    assert all(isinstance(outcome, Success) for outcome in outcomes)
    assert await counts() == 2


async def test_it_keeps_the_ids_of_users_apart(giver: Giver) -> None:
    for identity in (USER, TRADER, STAFF):
        assert isinstance(await giver.give(identity=identity), Success)
    assert await counts() == 3
    assert isinstance(await giver.give(identity=TRADER, name="b"), Failure)


async def test_it_refuses_the_same_id_with_other_parameters(giver: Giver) -> None:
    await giver.give(name="a")
    assert await giver.give(name="b") == Failure(CommandErrorCode.CONFLICT, "The id 1 was used for another command")
    assert (await counts("a"), await counts("b")) == (1, 0)


async def test_it_refuses_the_same_id_for_another_action(giver: Giver) -> None:
    giver.registry.register(msgspec.structs.replace(COUNT, action="counting.recount"))
    await giver.give()
    outcome = await giver.give(action="counting.recount")
    assert isinstance(outcome, Failure)
    assert outcome.code is CommandErrorCode.CONFLICT


async def test_it_takes_parameters_in_another_order_for_the_same(giver: Giver) -> None:
    first = await giver.give(params={"name": "a", "then": "answer"})
    again = await giver.give(params={"then": "answer", "name": "a"})
    assert written(again) == written(first)


async def test_it_forgets_what_was_refused_and_takes_back_what_was_done_for_it(giver: Giver) -> None:
    refusal = Failure(CommandErrorCode.NOT_FOUND, "Not found", {"name": "no such counter"})
    assert [await giver.give(then=Then.REFUSE) for _ in range(2)] == [refusal, refusal]
    assert (await counts(), await sync_to_async(CommandRecord.objects.count)()) == (0, 0)
    assert isinstance(await giver.give(then=Then.ANSWER), Success)
    assert await counts() == 1


async def test_it_tries_anew_what_was_given_with_wrong_parameters(giver: Giver) -> None:
    wrong = Failure(CommandErrorCode.VALIDATION_ERROR, "name must be a text", {"name": "name must be a text"})
    assert [await giver.give(params={"name": 5}) for _ in range(2)] == [wrong, wrong]
    assert await sync_to_async(CommandRecord.objects.count)() == 0
    assert isinstance(await giver.give(params={"name": "a"}), Success)
    assert await counts() == 1


async def test_it_tries_anew_what_a_gateway_of_an_earlier_version_refused(giver: Giver) -> None:
    await giver.give()
    stored = '{"type":"failure","code":"NOT_FOUND","message":"Not found","fields":{}}'
    await sync_to_async(CommandRecord.objects.update)(outcome=stored)
    assert '"count":2' in written(await giver.give())


async def test_it_counts_by_the_throttle_before_anything_is_read_or_stored(giver: Giver) -> None:
    def refuse(context: CommandContext) -> None:
        raise TooMuchError(f"Too much of {context.client_id}", retry_after=7)

    giver.registry.register(msgspec.structs.replace(COUNT, action="counting.throttled", throttle=refuse))
    outcome = await giver.give(action="counting.throttled", params={"name": 5})
    assert outcome == Failure(CommandErrorCode.RATE_LIMITED, "Too much of ws_1_abc")
    assert await sync_to_async(CommandRecord.objects.count)() == 0


@pytest.mark.parametrize(
    ("then", "code"),
    [
        (Then.BE_UNAVAILABLE, "UNAVAILABLE"),
        (Then.BE_TOO_MUCH, "RATE_LIMITED"),
        (Then.FAIL, "INTERNAL_ERROR"),
        (Then.ANSWER_WHAT_CAN_NOT_BE_WRITTEN, "INTERNAL_ERROR"),
    ],
)
async def test_it_does_not_remember_what_is_worth_trying_again(giver: Giver, then: Then, code: str) -> None:
    with structlog.testing.capture_logs():
        outcome = await giver.give(then=then)
    assert isinstance(outcome, Failure)
    assert outcome.code.value == code
    assert (await counts(), await sync_to_async(CommandRecord.objects.count)()) == (0, 0)
    assert isinstance(await giver.give(then=Then.ANSWER), Success)


async def test_it_does_not_remember_who_was_not_permitted(giver: Giver) -> None:
    assert await giver.give(identity=None) == Failure(CommandErrorCode.PERMISSION_DENIED, "Authentication required")
    assert await sync_to_async(CommandRecord.objects.count)() == 0


async def test_it_acts_once_for_commands_that_come_at_the_same_moment(giver: Giver) -> None:
    outcomes = await asyncio.gather(*(giver.give() for _ in range(8)))
    assert {written(outcome) for outcome in outcomes} == {written(outcomes[0])}
    assert await counts() == 1


async def test_it_goes_on_where_the_client_has_gone_and_tells_how_it_ended(giver: Giver) -> None:
    leaving = asyncio.create_task(giver.give())
    await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    assert '"count":1' in written(await giver.give())
    assert await counts() == 1


async def test_it_acts_again_after_a_day(giver: Giver) -> None:
    await giver.give()
    giver.clock.advance(DAY_SECONDS)
    assert '"count":1' in written(await giver.give())
    giver.clock.advance(1)
    assert '"count":2' in written(await giver.give())
    assert isinstance(await giver.give(name="b"), Failure)


async def test_it_deletes_what_is_older_than_a_day(giver: Giver, settings: Settings) -> None:
    settings.COMMANDS_REMEMBERED_HOURS = 1
    for number in range(3):
        await giver.give(str(number))
        giver.clock.advance(60)
    giver.clock.advance(3600 - 100)
    assert await sync_to_async(lambda: sum(commands_forget(now_ms=giver.clock.now_ms())))() == 2
    assert [record.command_id async for record in CommandRecord.objects.all()] == ["2"]


@pytest.mark.parametrize("command_id", ["x" * 5000, "a\0b", "", "ä🙂" * 100])
async def test_it_takes_any_id(giver: Giver, command_id: str) -> None:
    assert isinstance(await giver.give(command_id), Success)
    assert isinstance(await giver.give(command_id), Success)
    assert isinstance(await giver.give(command_id + "."), Success)
    assert await counts() == 2


async def test_it_refuses_parameters_that_are_nested_too_deeply(giver: Giver) -> None:
    nested: dict[str, Any] = {}
    for _ in range(5000):
        nested = {"name": nested}
    outcome = await giver.give(params=nested)
    assert isinstance(outcome, Failure)
    assert outcome.code is CommandErrorCode.VALIDATION_ERROR


async def test_it_answers_queries_afresh(giver: Giver) -> None:
    async def ask(*_: object) -> Mapping[str, Any]:
        return {"count": await counts()}

    giver.registry.register(
        CommandKind(action="counting.ask", access=Who.LOGIN, parameters=lambda given: given, handler=ask)
    )
    answers = []
    for number in range(2):
        await giver.give(str(number))
        answers.append(await giver.give("same", action="counting.ask"))
    assert answers == [Success({"count": 1}), Success({"count": 2})]
