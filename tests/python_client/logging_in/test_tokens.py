"""Where tokens come from."""

import asyncio
import time

import pytest

from tests.python_client.json_web_tokens import json_web_token
from tidewire_client.errors import TokenUnavailableError
from tidewire_client.logging_in.tokens import Tokens, checked_source


async def test_a_string_is_given_again_and_again() -> None:
    tokens = Tokens("a-token", 1)
    assert [await tokens.get(), await tokens.get()] == ["a-token", "a-token"]
    assert not tokens.can_renew
    assert repr(tokens) == "Tokens()"


async def test_functions_of_both_kinds_give_a_fresh_one_each_time() -> None:
    given = iter(["first", "second"])

    async def slow() -> str:
        return next(given)

    tokens = Tokens(slow, 1)
    assert [await tokens.get(), await tokens.get()] == ["first", "second"]
    assert await Tokens(lambda: "plain", 1).get() == "plain"
    assert await Tokens(lambda: None, 1).get() is None


async def test_a_function_that_takes_too_long_is_no_use() -> None:
    async def never() -> str:
        await asyncio.Event().wait()
        return "never"

    with pytest.raises(TokenUnavailableError) as unavailable:
        await Tokens(never, 0.01).get()
    assert isinstance(unavailable.value.cause, TimeoutError)


async def test_a_function_whose_own_task_was_cancelled_is_no_use() -> None:
    async def token() -> str:
        asking = asyncio.create_task(asyncio.Event().wait())
        asyncio.get_running_loop().call_soon(asking.cancel)
        await asking
        return "never"

    with pytest.raises(TokenUnavailableError) as unavailable:
        await Tokens(token, 5).get()
    assert isinstance(unavailable.value.cause, asyncio.CancelledError)


async def test_who_waits_for_a_token_can_be_cancelled() -> None:
    async def never() -> str:
        await asyncio.Event().wait()
        return "never"

    waiting = asyncio.create_task(Tokens(never, 5).get())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


@pytest.mark.parametrize("given", ["", "two words", "a line\r\nX-Evil: 1", "ü", 7, b"bytes"])
async def test_what_can_not_be_a_token_never_reaches_a_header(given: object) -> None:
    with pytest.raises(TokenUnavailableError):
        await Tokens(lambda: given, 1).get()  # type: ignore[arg-type, return-value]
    with pytest.raises(ValueError, match="no token"):
        checked_source(given)  # type: ignore[arg-type]


async def test_a_token_of_a_function_is_due_for_renewal_before_its_end() -> None:
    tokens = Tokens(lambda: json_web_token({"exp": time.time() + 0.5}), 1)
    await tokens.get()
    async with asyncio.timeout(5):
        await tokens.renewal_due()


async def test_the_servers_word_counts_where_the_token_tells_no_end() -> None:
    tokens = Tokens(lambda: "opaque", 1)
    await tokens.get()
    tokens.told_expiry(int((time.time() + 0.3) * 1000))
    async with asyncio.timeout(5):
        await tokens.renewal_due()


@pytest.mark.parametrize("source", ["a-token", lambda: "opaque", lambda: None, None])
async def test_what_never_ends_or_can_not_be_renewed_is_never_due(source: object) -> None:
    tokens = Tokens(source, 1)  # type: ignore[arg-type]
    await tokens.get()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await tokens.renewal_due()


async def test_another_source_is_due_by_its_own_token() -> None:
    tokens, other = Tokens(None, 1), Tokens(lambda: json_web_token({"exp": time.time()}), 1)
    waiting = asyncio.create_task(tokens.renewal_due())
    await asyncio.sleep(0)
    await other.get()
    tokens.take(other)
    async with asyncio.timeout(5):
        await waiting
    assert tokens.can_renew
