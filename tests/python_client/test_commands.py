"""Commands that wait, and those under way."""

import asyncio
import json

import pytest

from tidewire_client.commands import LARGEST_MESSAGE_BYTES, MOST_UNDER_WAY, Commands
from tidewire_client.dialects import SPELLINGS, Dialect
from tidewire_client.errors import (
    CommandClosedError,
    CommandRefusedError,
    MessageTooLargeError,
    QueueFullError,
    UnreadableFrameError,
)
from tidewire_client.reading.frames import text_of
from tidewire_client.reading.messages import Answer, Failure

MARKET = SPELLINGS[Dialect.MARKET]


def _actions(commands: Commands) -> list[str]:
    actions = []
    while command := commands.next():
        actions.append(command.action)
    return actions


async def test_they_go_in_their_order_and_those_cut_off_go_first_with_the_same_id() -> None:
    commands = Commands(10, MARKET.stamped)
    first = commands.add("first", {"a": 1}, is_connected=True)
    commands.add("second", {}, is_connected=True)
    assert commands.next() is first
    commands.cut_off()
    commands.add("third", {}, is_connected=False)
    again = commands.next()
    assert again is first
    sent = {"type": "command", "id": first.id, "action": "first", "params": {"a": 1}}
    assert json.loads(text_of(again.frame())) == sent
    assert _actions(commands) == ["second", "third"]


async def test_ids_differ() -> None:
    commands = Commands(100, MARKET.stamped)
    assert len({commands.add("same", {}, is_connected=False).id for _ in range(100)}) == 100


async def test_an_id_of_ones_own_is_for_one_at_a_time_and_free_again_once_nobody_waits() -> None:
    commands = Commands(10, MARKET.stamped)
    first = commands.add("first", {}, is_connected=True, id="mine")
    for taken in ("mine", ""):
        with pytest.raises(ValueError, match="id"):
            commands.add("second", {}, is_connected=True, id=taken)
    assert commands.next() is first
    commands.settle(Answer("mine", {"n": 1}))
    again = commands.add("first", {}, is_connected=True, id="mine")
    commands.forget(first)
    assert commands.next() is again
    commands.settle(Answer("mine", {"n": 1}))
    assert await first.answer == await again.answer


async def test_a_command_whose_answer_can_not_be_read_fails_by_that() -> None:
    commands = Commands(10, MARKET.stamped)
    command = commands.add("first", {}, is_connected=True, id="mine")
    assert commands.next() is command
    commands.fail("another's", UnreadableFrameError("no frame"))
    commands.fail("mine", UnreadableFrameError("a frame that is no JSON"))
    commands.fail("mine", UnreadableFrameError("nobody waits any more"))
    with pytest.raises(UnreadableFrameError, match="no JSON"):
        await command.answer


async def test_the_queue_and_those_under_way_are_bounded() -> None:
    commands = Commands(2, MARKET.stamped)
    for _ in range(2):
        commands.add("waits", {}, is_connected=False)
    with pytest.raises(QueueFullError):
        commands.add("waits", {}, is_connected=False)
    for _ in range(MOST_UNDER_WAY - 2):
        commands.add("goes", {}, is_connected=True)
    _actions(commands)
    with pytest.raises(QueueFullError) as full:
        commands.add("goes", {}, is_connected=True)
    assert full.value.limit == MOST_UNDER_WAY


async def test_no_queue_at_all_refuses_at_once() -> None:
    with pytest.raises(QueueFullError):
        Commands(0, MARKET.stamped).add("waits", {}, is_connected=False)


async def test_an_answer_goes_to_its_command_and_a_second_one_nowhere() -> None:
    commands = Commands(10, MARKET.stamped)
    one, other = (commands.add(name, {}, is_connected=True) for name in ("one", "other"))
    _actions(commands)
    commands.settle(Answer(other.id, {"n": 2}))
    commands.settle(Answer(other.id, {"n": 3}))
    commands.settle(Answer("nobody's", {}))
    commands.settle(Failure(one.id, "CONFLICT", "no", {"a": "why"}))
    assert await other.answer == {"n": 2}
    with pytest.raises(CommandRefusedError) as refused:
        await one.answer
    assert (refused.value.code, refused.value.message, refused.value.fields) == ("CONFLICT", "no", {"a": "why"})


async def test_a_command_that_was_not_sent_can_not_be_answered() -> None:
    commands = Commands(10, MARKET.stamped)
    command = commands.add("waits", {}, is_connected=False)
    commands.settle(Answer(command.id, {}))
    assert not command.answer.done()


async def test_a_close_refuses_all_but_those_that_were_cancelled() -> None:
    commands = Commands(10, MARKET.stamped)
    under_way, waiting, cancelled = (commands.add(name, {}, is_connected=False) for name in "abc")
    commands.next()
    cancelled.answer.cancel()
    commands.close()
    assert commands.queued == 0
    for command in (under_way, waiting):
        with pytest.raises(CommandClosedError):
            await command.answer
    with pytest.raises(asyncio.CancelledError):
        await cancelled.answer


@pytest.mark.parametrize("params", [{"a": object()}, {"a": "\ud800"}], ids=["no JSON", "no Unicode"])
async def test_what_can_not_be_sent_is_refused_at_once_and_waits_for_no_connection(params: dict[str, object]) -> None:
    commands = Commands(10, MARKET.stamped)
    with pytest.raises((TypeError, UnicodeEncodeError)):
        commands.add("first", params, is_connected=False)
    assert commands.queued == 0


async def test_a_command_goes_out_as_it_was_given_whatever_becomes_of_its_parameters() -> None:
    commands, params = Commands(10, MARKET.stamped), {"price": 1}
    command = commands.add("first", params, is_connected=False)
    params["price"] = 2
    assert json.loads(text_of(command.frame()))["params"] == {"price": 1}


@pytest.mark.parametrize("dialect", Dialect)
async def test_a_frame_over_what_the_server_takes_is_refused_at_once_and_one_of_just_that_size_goes(
    dialect: Dialect,
) -> None:
    spelling = SPELLINGS[dialect]
    commands = Commands(1, spelling.stamped)
    empty = commands.add("note.set", {"text": ""}, is_connected=False)
    room = LARGEST_MESSAGE_BYTES - len(text_of(spelling.stamped(empty.frame())))
    commands.forget(empty)
    with pytest.raises(MessageTooLargeError) as refused:
        commands.add("note.set", {"text": "é" * (room // 2) + "xx"}, is_connected=False)
    assert (refused.value.code, refused.value.limit) == ("too_large", 65_536)
    assert refused.value.size - refused.value.limit == 2 - room % 2
    assert commands.queued == 0
    commands.add("note.set", {"text": "x" * room}, is_connected=False)
    assert commands.queued == 1
