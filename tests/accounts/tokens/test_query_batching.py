"""Many tokens that are shown at the same time, looked up together."""

import asyncio
from collections.abc import Sequence
from threading import Event

import pytest
from asgiref.sync import sync_to_async

from accounts.authentication import authenticate, identities_of_tokens
from accounts.groups import traders_ensure
from accounts.models import User
from accounts.services import user_log_out_everywhere
from accounts.tokens.json_web_tokens import pair_issue
from accounts.tokens.query_batching import QueryBatcher
from streaming.identity.identity import (
    AuthenticationError,
    AuthenticationFailure,
    Credential,
    CredentialKind,
    Identity,
)
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("shared_database")


class Trips:
    """Looks tokens up, and notes which it looked up together; each trip waits until it may go."""

    def __init__(self) -> None:
        self.made: list[list[str]] = []
        self.may_go = Event()

    def __call__(self, tokens: Sequence[str]) -> Sequence[Identity | Exception]:
        """Look the tokens up."""
        self.made.append(list(tokens))
        self.may_go.wait(30)
        return identities_of_tokens(tokens)


async def _tokens(count: int) -> list[str]:
    users = [await User.objects.acreate_user(f"user-{n}", f"user-{n}@example.com") for n in range(count)]
    return [pair_issue(user=user).access for user in users]


async def test_it_asks_together_what_comes_while_it_asks() -> None:
    tokens = await _tokens(4)
    trips = Trips()
    batcher = QueryBatcher(trips, at_a_time=2)
    first = asyncio.ensure_future(batcher.answer(tokens[0]))
    await until(lambda: bool(trips.made))
    others = [asyncio.ensure_future(batcher.answer(token)) for token in tokens[1:]]
    await asyncio.sleep(0)
    trips.may_go.set()
    names = [identity.username for identity in await asyncio.gather(first, *others)]
    assert names == [f"user-{n}" for n in range(4)]
    assert trips.made == [[tokens[0]], tokens[1:3], [tokens[3]]]


async def test_it_leaves_out_whoever_has_gone() -> None:
    tokens = await _tokens(3)
    trips = Trips()
    batcher = QueryBatcher(trips)
    waiting = [asyncio.ensure_future(batcher.answer(tokens[0]))]
    await until(lambda: bool(trips.made))
    waiting += [asyncio.ensure_future(batcher.answer(token)) for token in tokens[1:]]
    await asyncio.sleep(0)
    waiting[0].cancel()
    waiting[1].cancel()
    trips.may_go.set()
    assert (await waiting[2]).username == "user-2"
    assert trips.made == [[tokens[0]], [tokens[2]]]


async def test_it_lets_a_bad_token_cost_nobody_else_the_login() -> None:
    good = (await _tokens(1))[0]
    credentials = [Credential(CredentialKind.TOKEN, token) for token in ("bad", good, "", good)]
    found = await asyncio.gather(*map(authenticate, credentials), return_exceptions=True)
    assert [type(each) for each in found] == [AuthenticationError, Identity, AuthenticationError, Identity]


async def test_it_tells_each_who_asked_what_went_wrong_with_all_and_goes_on() -> None:
    failures: list[Exception] = [ConnectionError("the database is away")]

    def answers(tokens: Sequence[str]) -> Sequence[Identity | Exception]:
        if failures:
            raise failures.pop()
        return identities_of_tokens(tokens)

    token = (await _tokens(1))[0]
    batcher = QueryBatcher(answers)
    found = await asyncio.gather(*(batcher.answer(token) for _ in range(3)), return_exceptions=True)
    assert [str(each) for each in found] == ["the database is away"] * 3
    assert (await batcher.answer(token)).username == "user-0"


async def test_it_knows_of_a_log_out_that_came_before_the_token() -> None:
    user = await User.objects.acreate_user("Ada", "ada@example.com")
    credential = Credential(CredentialKind.TOKEN, pair_issue(user=user).access)
    assert (await authenticate(credential)).username == "Ada"
    await sync_to_async(user_log_out_everywhere)(user=user)
    with pytest.raises(AuthenticationError) as refusal:
        await authenticate(credential)
    assert refusal.value.code is AuthenticationFailure.FAILED


async def test_it_gives_each_of_many_users_the_rights_that_the_user_holds() -> None:
    await _tokens(2)
    await User.objects.acreate_superuser("root", "root@example.com", None)
    trader = await User.objects.aget(username="user-1")
    await trader.groups.aadd(await sync_to_async(traders_ensure)())
    users = [user async for user in User.objects.order_by("username")]
    credentials = [Credential(CredentialKind.TOKEN, pair_issue(user=user).access) for user in users]
    identities = await asyncio.gather(*map(authenticate, credentials))
    held = [frozenset(await user.aget_all_permissions()) for user in users]
    assert [identity.permissions for identity in identities] == held
    assert [len(each) > 0 for each in held] == [True, False, True]
