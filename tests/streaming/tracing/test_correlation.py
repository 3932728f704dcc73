"""Which id a request or a command has, and where it is known."""

import asyncio
import doctest

import pytest

import streaming.tracing.correlation
from streaming.tracing.correlation import (
    LONGEST_CORRELATION_ID,
    command_correlation_id,
    correlated,
    correlation_id,
    given_or_new,
)

CLIENT = "ws_1701806400000_abc123def"


@pytest.mark.parametrize("given", ["7", "0f8fad5b-d9cb-469f-a165-70867728950e", "Root.1_a-b", "a" * 64])
def test_it_takes_an_id_that_is_good(given: str) -> None:
    assert given_or_new(given) == given


@pytest.mark.parametrize(
    "given",
    [None, "", "a" * 65, "a b", "a\n", "\na", "a\r\nlevel=error", "-a", "a:b", f"{CLIENT}:1", "é", "²", "\x1b[2J", '"'],
)
def test_it_makes_a_new_one_where_none_is_given_that_is_good(given: str | None) -> None:
    first, second = given_or_new(given), given_or_new(given)
    assert {len(first), len(second)} == {32}
    assert given_or_new(first) == first != second


def test_a_commands_id_is_found_by_its_connection_and_its_own() -> None:
    assert command_correlation_id(CLIENT, "order-7") == f"{CLIENT}:order-7"


@pytest.mark.parametrize("command_id", ["", "a" * 65, "a b", "\x00", "\ud800", "x:y", "1\nlevel=error"])
def test_a_commands_own_id_that_is_long_or_strange_is_told_by_its_digest(command_id: str) -> None:
    known = command_correlation_id(CLIENT, command_id)
    assert known == command_correlation_id(CLIENT, command_id) != command_correlation_id(CLIENT, f"{command_id}x")
    assert known.startswith(f"{CLIENT}:")
    assert len(known) <= LONGEST_CORRELATION_ID
    assert known.isascii()
    assert known.isprintable()


async def test_it_is_known_in_what_is_begun_within_and_nowhere_else() -> None:
    with correlated("outer"):
        task = asyncio.create_task(_known_soon())
        thread = asyncio.create_task(asyncio.to_thread(correlation_id))
        with correlated("inner"):
            assert correlation_id() == "inner"
        assert correlation_id() == "outer"
    assert correlation_id() == ""
    assert [await task, await thread] == ["outer", "outer"]


async def _known_soon() -> str:
    await asyncio.sleep(0)
    return correlation_id()


def test_it_does_as_its_documentation_says() -> None:
    results = doctest.testmod(streaming.tracing.correlation)
    assert (results.failed, results.attempted) == (0, 1)
