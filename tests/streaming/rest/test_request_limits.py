"""REST requests count as commands of whoever asks, and end where the process stops."""

import asyncio
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import msgspec
import pytest
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest

from accounts.api_keys.services import api_key_create
from accounts.models import User
from accounts.tokens.json_web_tokens import access_issue
from streaming.commands.errors import TooMuchError
from streaming.commands.parameters import Parameters
from streaming.commands.use_cases import UseCase
from streaming.commands.user_limits import USER_LIMITS, Allowance, UserLimits, UserLimitSettings
from streaming.database.fair_queries import current_requester
from streaming.identity.scopes import Scope
from streaming.requesters import address_requester, claimed_requester, user_requester
from streaming.rest.request_limits import answering, end_waiting
from streaming.rest.views import StructView
from tests.manual_clock import ManualClock
from tests.waiting import LIMIT_SECONDS

_ADDRESS = "192.0.2.1"
_ALLOWANCE = Allowance(per_second=2, at_a_time=4)
_OF_A_USER = "At most 2 commands a second of a user"
_OF_AN_ADDRESS = "At most 2 commands a second of an address"


class _Answer(msgspec.Struct, frozen=True):
    requester: int


class _Api(StructView):
    """An address that says who asks."""

    use_cases = {
        "GET": UseCase(parameters=Parameters, act=lambda caller, _: _Answer(caller.user_id), answer=_Answer),
    }


@pytest.fixture
def clock() -> ManualClock:
    """Return a clock that stands still."""
    return ManualClock()


@pytest.fixture
def limits(clock: ManualClock) -> UserLimits:
    """Return the limits of a gateway, in which nobody has done anything."""
    return UserLimits(UserLimitSettings(user=_ALLOWANCE, address=_ALLOWANCE, waiting=4), clock)


def request_of(
    limits: UserLimits | None, token: str = "", *, method: str = "GET", address: str = _ADDRESS
) -> HttpRequest:
    """Return a request as a gateway hands it on, with its limits."""
    scope = {
        "type": "http",
        "method": method,
        "path": "/",
        "headers": [(b"authorization", f"Bearer {token}".encode())] if token else [],
        "client": (address, 50_000),
        USER_LIMITS: limits,
    }
    return ASGIRequest(scope, BytesIO())


def answer_to(request: HttpRequest) -> tuple[int, Mapping[str, Any]]:
    """Return status and body of the answer."""
    response = _Api.as_view()(request)
    return response.status_code, msgspec.json.decode(response.render().content)


def refusal_of(request: HttpRequest) -> tuple[int, str]:
    """Return status and message of a refusal."""
    status, body = answer_to(request)
    return status, body["error"]["message"]


def token_of(name: str) -> tuple[User, str]:
    """Make a user; return the user, and a token."""
    user = User.objects.create_user(name, f"{name}@example.com")
    return user, access_issue(user=user)


@pytest.mark.django_db
def test_it_counts_a_request_for_its_user_and_beside_that_for_whom_its_token_names(
    limits: UserLimits, clock: ManualClock
) -> None:
    (ada, token), (bob, other) = token_of("Ada"), token_of("Bob")
    for _ in range(2):
        assert answer_to(request_of(limits, token)) == (200, {"requester": ada.pk})
    names = {user_requester(ada.pk), claimed_requester(ada.pk)}
    assert {requester: load.per_second for requester, load in limits.loads().items()} == dict.fromkeys(names, 2)
    assert refusal_of(request_of(limits, token)) == (429, _OF_A_USER)
    assert answer_to(request_of(limits, other)) == (200, {"requester": bob.pk})
    clock.advance(1)
    assert answer_to(request_of(limits, token))[0] == 200
    assert limits.at_work.takers() == {}


@pytest.mark.django_db
def test_it_refuses_a_user_who_has_asked_for_as_much_by_commands(limits: UserLimits) -> None:
    ada, token = token_of("Ada")
    for _ in range(2):
        limits.admit(user_requester(ada.pk))
    assert refusal_of(request_of(limits, token)) == (429, _OF_A_USER)


@pytest.mark.django_db
def test_it_counts_whoever_is_not_logged_in_by_address_before_anything_is_looked_up(limits: UserLimits) -> None:
    ada, token = token_of("Ada")
    assert answer_to(request_of(limits))[0] == 401
    assert answer_to(request_of(limits, "forged"))[0] == 401
    assert refusal_of(request_of(limits, "forged")) == (429, _OF_AN_ADDRESS)
    assert answer_to(request_of(limits, "forged", address="192.0.2.2"))[0] == 401
    assert answer_to(request_of(limits, token)) == (200, {"requester": ada.pk})


@pytest.mark.django_db
def test_it_answers_head_as_get_without_a_scope_of_its_own_and_other_methods_by_405(limits: UserLimits) -> None:
    user, _ = token_of("Ada")
    _, key = api_key_create(user=user, name="reader", scopes=[Scope.READ])
    statuses = [_Api.as_view()(request_of(limits, key, method=method)).status_code for method in ("HEAD", "PUT")]
    assert statuses == [200, 405]


async def test_it_counts_what_the_event_loop_answers_for_its_address(limits: UserLimits) -> None:
    for _ in range(2):
        async with answering(request_of(limits)):
            assert limits.at_work.takers() == {address_requester(_ADDRESS): 1}
    with pytest.raises(TooMuchError, match=_OF_AN_ADDRESS):
        async with answering(request_of(limits)):
            pytest.fail("it was answered")
    assert limits.at_work.takers() == {}


async def test_a_server_without_a_gateway_counts_nothing() -> None:
    requester = address_requester(_ADDRESS)
    for _ in range(5):
        async with answering(request_of(None)):
            assert current_requester() == requester


async def test_it_ends_what_waits_where_the_process_stops_however_often_it_is_told_so(limits: UserLimits) -> None:
    begun = asyncio.Semaphore(0)

    async def answer() -> None:
        async with answering(request_of(limits)):
            begun.release()
            await asyncio.Event().wait()

    requests = [asyncio.create_task(answer()) for _ in range(2)]
    async with asyncio.timeout(LIMIT_SECONDS):
        for _ in requests:
            await begun.acquire()
    for _ in range(2):
        end_waiting()
        await asyncio.sleep(0)
    ended = await asyncio.gather(*requests, return_exceptions=True)
    assert [type(each) for each in ended] == [TimeoutError] * 2
    assert limits.at_work.takers() == {}
