"""Addresses that are only read, asked in the event loop as a server does."""

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import AsyncRequestFactory

from accounts.models import User
from accounts.tokens.json_web_tokens import access_issue
from streaming.commands.access import Who
from streaming.commands.parameters import Parameters
from streaming.commands.queries import Query, QueryContext
from streaming.gateway.api.query_views import reading


class Given(Parameters, frozen=True):
    """How many."""

    count: int = 1


class Answer(msgspec.Struct, frozen=True):
    """As many."""

    count: int


async def _answer(context: QueryContext, given: Given) -> Mapping[str, Any]:
    return {"count": given.count}


async def _late(context: QueryContext, given: Given) -> Mapping[str, Any]:
    raise TimeoutError


async def _away(context: QueryContext, given: Given) -> Mapping[str, Any]:
    raise OperationalError("secret.host")


def request_of(query: str = "", *, method: str = "GET", **headers: str) -> HttpRequest:
    """Return a request for an address."""
    return AsyncRequestFactory().generic(method, f"/?{query}", headers=headers)


def refusal_of(response: HttpResponse) -> tuple[int, str]:
    """Return status and message."""
    return response.status_code, msgspec.json.decode(response.content)["error"]["message"]


async def test_it_answers_get_and_head_and_refuses_the_rest() -> None:
    view = reading(Query(parameters=Given, act=_answer, answer=Answer))
    answer = await view(request_of("count=5"))
    assert (answer.status_code, answer.content) == (200, b'{"count":5}')
    assert (await view(request_of(method="HEAD"))).status_code == 200
    refused = await view(request_of(method="POST"))
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD")
    assert (await view(request_of("count=many"))).status_code == 400


async def test_what_is_not_limited_reads_no_parameters_and_is_never_kept() -> None:
    view = reading(Query(parameters=Given, act=_answer, answer=Answer, limited=False))
    answer = await view(request_of("count=many"))
    assert (answer.status_code, answer.content) == (200, b'{"count":1}')
    assert "no-store" in answer.headers["Cache-Control"]


async def test_it_says_what_keeps_it_from_answering_and_nothing_of_where() -> None:
    late = await reading(Query(parameters=Given, act=_late, answer=Answer))(request_of())
    away = await reading(Query(parameters=Given, act=_away, answer=Answer))(request_of())
    assert refusal_of(late) == (503, "It took too long; try again later")
    assert refusal_of(away) == (503, "The database is unavailable")


@pytest.mark.django_db(transaction=True)
async def test_what_is_for_staff_asks_for_a_login_first_and_then_for_the_right() -> None:
    view = reading(Query(parameters=Given, act=_answer, answer=Answer, access=Who.STAFF))
    nobody = await view(request_of())
    assert (nobody.status_code, nobody.headers["WWW-Authenticate"]) == (401, 'Bearer realm="api"')
    statuses = []
    for name, is_staff in (("ada", False), ("root", True)):
        user = await sync_to_async(User.objects.create_user)(name, f"{name}@example.com", is_staff=is_staff)
        statuses.append((await view(request_of(Authorization=f"Bearer {access_issue(user=user)}"))).status_code)
    assert statuses == [403, 200]
    assert (await view(request_of(Authorization="Bearer forged"))).status_code == 401
    assert (await view(request_of("token=forged"))).status_code == 401
