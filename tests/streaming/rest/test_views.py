"""REST on Structs, tried over HTTP: who may, how parameters are read, how answers and refusals are written."""

import asyncio
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

import msgspec
import pytest
from asgiref.sync import sync_to_async
from django.contrib import admin
from django.contrib.auth.models import Permission as Permissions
from django.db import OperationalError, connections
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings

from accounts.models import User
from accounts.tokens.json_web_tokens import access_issue
from streaming.commands.access import Permission, StaffPermission, Who
from streaming.commands.errors import CommandRefusedError
from streaming.commands.outcome import CommandErrorCode
from streaming.commands.parameters import Parameters
from streaming.commands.use_cases import Caller, HubOfProcess, JsonNumber, Paged, UseCase
from streaming.fan_out.hub import Hub
from streaming.market.errors import MarketBusyError
from streaming.numbers import json_number
from streaming.rest.views import StructView
from tests.gateway.commands.conftest import hub, last_values
from tests.hub_client import HubClient

__all__ = ("hub", "last_values")
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
_PERMISSION = "accounts.view_user"
_REFUSALS: Mapping[int, Exception] = {
    1: CommandRefusedError(CommandErrorCode.NOT_FOUND, "Not found"),
    2: CommandRefusedError(CommandErrorCode.CONFLICT, "At most 3 levels"),
    3: CommandRefusedError(CommandErrorCode.KILL_SWITCH_ACTIVE, "Trading is stopped"),
    4: CommandRefusedError(CommandErrorCode.UNAVAILABLE, "Try again"),
    5: MarketBusyError(7),
    6: OperationalError("secret.host"),
}


class Level(Parameters, frozen=True):
    """A new price level."""

    threshold: Decimal
    note: Annotated[str, msgspec.Meta(max_length=5)] = ""


class LevelChange(Parameters, frozen=True):
    """Which level to change, and how."""

    id: int
    threshold: Decimal


class LevelQuery(Parameters, frozen=True):
    """Which level."""

    id: int


class LevelAnswer(msgspec.Struct, frozen=True):
    """A level."""

    owner: int
    threshold: JsonNumber
    at: str | int


def _create(caller: Caller, given: Level) -> LevelAnswer:
    return LevelAnswer(caller.user_id, json_number(given.threshold), caller.write_time(1_733_486_400_000))


def _change(caller: Caller, given: LevelChange) -> Mapping[str, Any]:
    return {"id": given.id, "threshold": json_number(given.threshold)}


def _get(caller: Caller, given: LevelQuery) -> Mapping[str, Any]:
    if given.id in _REFUSALS:
        raise _REFUSALS[given.id]
    return {"id": given.id}


def _list(caller: Caller, given: Paged) -> Mapping[str, Any]:
    return {"items": [], "total": given.limit + given.offset}


class LevelsApi(StructView):
    """All levels."""

    use_cases = {
        "GET": UseCase(parameters=Paged, act=_list, answer=LevelAnswer),
        "POST": UseCase(
            parameters=Level, act=_create, answer=LevelAnswer, changes=True, throttle="THROTTLE_ALERTS", status=201
        ),
    }


class LevelApi(StructView):
    """One level."""

    use_cases = {
        "GET": UseCase(parameters=LevelQuery, act=_get, answer=LevelAnswer),
        "PATCH": UseCase(parameters=LevelChange, act=_change, answer=LevelAnswer, changes=True),
        "DELETE": UseCase(parameters=LevelQuery, act=_get, answer=LevelAnswer, changes=True, status=204),
    }


async def _gather(caller: Caller, hub: HubOfProcess, given: Level) -> tuple[Hub, bool]:
    return await hub(), asyncio.get_running_loop().is_running()


def _quote(caller: Caller, given: Level, gathered: tuple[Hub, bool]) -> Mapping[str, Any]:
    hub, in_loop = gathered
    return {"topics": len(hub.topics), "in_loop": in_loop}


class QuotesApi(StructView):
    """A level, with what the event loop knows."""

    use_cases = {"POST": UseCase(parameters=Level, act=_quote, gather=_gather, answer=LevelAnswer)}


class StaffApi(StructView):
    """For staff."""

    use_cases = {"POST": UseCase(parameters=Level, act=_create, answer=LevelAnswer, access=Who.STAFF)}


class PermittedApi(StructView):
    """For whoever holds a permission, or only for those of them who are staff."""

    use_cases = {
        "GET": UseCase(parameters=Paged, act=_list, answer=LevelAnswer, access=Permission(_PERMISSION)),
        "POST": UseCase(parameters=Level, act=_create, answer=LevelAnswer, access=StaffPermission(_PERMISSION)),
    }


urlpatterns = [
    path("permitted/", PermittedApi.as_view()),
    path("levels/", LevelsApi.as_view()),
    path("levels/<int:id>/", LevelApi.as_view()),
    path("quotes/", QuotesApi.as_view()),
    path("staff/", StaffApi.as_view()),
    path("admin/", admin.site.urls),  # the middleware knows its log-in
]


@pytest.fixture
def user() -> User:
    """Return an ordinary user."""
    return User.objects.create_user("Ada", "ada@example.com")


def ask(user: User | None, method: str, address: str, body: Any = None) -> Any:
    """Send a request, with JSON or bytes as its body."""
    headers = {} if user is None else {"Authorization": f"Bearer {access_issue(user=user)}"}
    data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client().generic(method, address, data, "application/json", headers=headers)


def refusal(response: HttpResponse) -> tuple[int, str, str, dict[str, str]]:
    """Return status, code, message and fields."""
    assert response.headers["Content-Type"] == "application/json"
    error = json.loads(response.content)["error"]
    return response.status_code, error["code"], error["message"], error.get("fields", {})


def test_it_answers_with_exact_numbers_and_times_as_rest_writes_them(user: User) -> None:
    response = ask(user, "POST", "/levels/", b'{"threshold": 97523.450000000000000000001}')
    assert response.status_code == 201
    expected = f'{{"owner":{user.pk},"threshold":97523.450000000000000000001,"at":"2024-12-06T12:00:00.000Z"}}'
    assert response.content.decode() == expected
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Cache-Control"] == "no-store"


def test_it_takes_what_the_address_holds_for_a_parameter(user: User) -> None:
    assert ask(user, "PATCH", "/levels/9/", {"threshold": "1.50"}).content == b'{"id":9,"threshold":1.50}'
    assert ask(user, "GET", "/levels/9/").content == b'{"id":9}'


def test_it_answers_204_without_a_body(user: User) -> None:
    response = ask(user, "DELETE", "/levels/9/")
    assert (response.status_code, response.content) == (204, b"")


def test_it_reads_a_query(user: User) -> None:
    assert ask(user, "GET", "/levels/?limit=5&offset=2").content == b'{"items":[],"total":7}'


@pytest.mark.parametrize(
    ("method", "address", "body", "fields"),
    [
        ("POST", "/levels/", {}, {"threshold": "threshold is required"}),
        ("POST", "/levels/", None, {"threshold": "threshold is required"}),
        ("POST", "/levels/", {"threshold": "high"}, {"threshold": "threshold must be a number"}),
        (
            "POST",
            "/levels/",
            {"threshold": True, "note": "too long", "x": 1},
            {
                "threshold": "threshold must be a number",
                "note": "note must be a text of at most 5 printable characters",
                "x": "Unknown parameter",
            },
        ),
        ("POST", "/levels/?threshold=1", {"threshold": 1}, {"threshold": "Unknown parameter"}),
        ("PATCH", "/levels/9/", {"threshold": 1, "id": 8}, {"id": "Unknown parameter"}),
        ("GET", "/levels/9/?id=8", None, {"id": "Unknown parameter"}),
        ("GET", "/levels/?limit=501", None, {"limit": "limit must be a whole number from 1 to 500"}),
        ("GET", "/levels/?format=xml", None, {"format": "Unknown parameter"}),
        ("GET", f"/levels/{2**70}/", None, {"id": "id must be a whole number"}),
    ],
)
def test_it_names_every_wrong_parameter(
    user: User, method: str, address: str, body: Any, fields: dict[str, str]
) -> None:
    status, code, message, told = refusal(ask(user, method, address, body))
    assert (status, code, told) == (400, "VALIDATION_ERROR", fields)
    assert message


@pytest.mark.parametrize("body", [b"[]", b"5", b"null", b'{"threshold":', b"\xff", b"[" * 100_000])
def test_it_refuses_a_body_that_is_no_object(user: User, body: bytes) -> None:
    assert refusal(ask(user, "POST", "/levels/", body))[:2] == (400, "VALIDATION_ERROR")


@pytest.mark.parametrize(("method", "address"), [("GET", "/levels/"), ("POST", "/levels/"), ("DELETE", "/levels/1/")])
def test_it_asks_for_a_login_first(method: str, address: str) -> None:
    response = ask(None, method, address, b"{")
    assert refusal(response)[:2] == (401, "PERMISSION_DENIED")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_it_asks_for_permission_before_it_reads_parameters(user: User) -> None:
    assert refusal(ask(user, "POST", "/staff/", {})) == (403, "PERMISSION_DENIED", "Permission denied", {})
    user.is_staff = True
    user.save()
    assert refusal(ask(user, "POST", "/staff/", {}))[:2] == (400, "VALIDATION_ERROR")


@pytest.mark.parametrize(
    ("is_permitted", "is_staff", "statuses"),
    [(False, False, (403, 403)), (False, True, (403, 403)), (True, False, (200, 403)), (True, True, (200, 200))],
)
def test_it_asks_for_a_permission_and_of_staff_for_both(
    user: User, is_permitted: bool, is_staff: bool, statuses: tuple[int, int]
) -> None:
    user.is_staff = is_staff
    user.save()
    if is_permitted:
        user.user_permissions.set(Permissions.objects.filter(codename="view_user"))
    asked = (ask(user, "GET", "/permitted/"), ask(user, "POST", "/permitted/", {"threshold": 1}))
    assert tuple(response.status_code for response in asked) == statuses


@pytest.mark.parametrize(
    ("level", "status", "code"),
    [
        (1, 404, "NOT_FOUND"),
        (2, 409, "CONFLICT"),
        (3, 409, "KILL_SWITCH_ACTIVE"),
        (4, 503, "UNAVAILABLE"),
        (5, 429, "RATE_LIMITED"),
        (6, 503, "UNAVAILABLE"),
    ],
)
def test_it_answers_what_a_use_case_refuses(user: User, level: int, status: int, code: str) -> None:
    assert refusal(ask(user, "GET", f"/levels/{level}/"))[:2] == (status, code)


def test_it_tells_when_a_busy_exchange_may_be_asked_again(user: User) -> None:
    assert ask(user, "GET", "/levels/5/").headers["Retry-After"] == "7"


def test_it_refuses_other_methods(user: User) -> None:
    response = ask(user, "PUT", "/levels/", {})
    assert refusal(response)[:2] == (405, "VALIDATION_ERROR")
    assert response.headers["Allow"] == "GET, POST, HEAD, OPTIONS"


def test_it_limits_how_often_a_user_changes_something_and_counts_no_reading(user: User, settings: Settings) -> None:
    settings.THROTTLE_ALERTS = "2/day"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": __name__}}
    for _ in range(2):
        assert ask(user, "GET", "/levels/").status_code == 200
        assert ask(user, "POST", "/levels/", {"threshold": 1}).status_code == 201
    refused = ask(user, "POST", "/levels/", {"threshold": 1})
    assert refusal(refused)[:2] == (429, "RATE_LIMITED")
    assert int(refused.headers["Retry-After"]) > 0
    other = User.objects.create_user("Bob", "bob@example.com")
    assert ask(other, "POST", "/levels/", {"threshold": 1}).status_code == 201
    assert ask(user, "GET", "/levels/").status_code == 200


@pytest.mark.django_db(transaction=True)
async def test_it_gathers_from_the_hub_of_the_process_that_answers(hub: Hub) -> None:
    user = await User.objects.acreate(username="Ada", email="ada@example.com")
    token = await sync_to_async(access_issue)(user=user)
    answer = await HubClient(hub, token=token).ask("POST", "/quotes/", {"threshold": 1})
    assert json.loads(answer.content) == {"topics": 0, "in_loop": True}
    await sync_to_async(connections.close_all)()


def test_it_refuses_what_needs_a_hub_where_there_is_none(user: User) -> None:
    refused = ask(user, "POST", "/quotes/", {"threshold": 1})
    assert refusal(refused) == (503, "UNAVAILABLE", "This process hears no market data", {})
