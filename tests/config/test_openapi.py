"""The OpenAPI document is valid, names every address, and tells the truth: each line is held against the views."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular import validation
from drf_spectacular.renderers import OpenApiJsonRenderer
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # its stubs are not installed
from pytest_django import Settings
from referencing import Registry, Resource

from accounts.api_keys.services import api_key_create
from accounts.errors import ErrorCode
from accounts.models import User
from accounts.tokens.json_web_tokens import access_issue
from config.openapi.generator import DocumentGenerator
from streaming.commands.use_cases import UseCase
from streaming.identity.scopes import Scope

pytestmark = pytest.mark.django_db
DOCUMENT = DocumentGenerator().get_schema()  # type: ignore[no-untyped-call]  # drf-spectacular's own are not typed
OPERATIONS = [(path, method) for path, methods in DOCUMENT["paths"].items() for method in methods]
UNDOCUMENTED = re.compile(
    r"|accounts/.*|backtests/.*|grids/.*|strategies/.*|signals/|wallets/.*|admin/.*|account/.*|operations/"
    r"|shell_worker\.js|offline/|favicon\.ico|api/(schema|docs)/|api/docs/websocket/.*|api/asyncapi/.*"
)
"""Pages for people, and the document itself."""
NOT_HERE = 2**62
NO_TRANSACTION = f"0x{0:064x}"
WAITING = {"/health", "/ready", "/api/v1/ws/stats", "/api/v1/ws/stats/channels", "/api/v1/market/overview/"}
"""Answered by the gateway's own event loop; the tests of conformance ask them."""

ALWAYS_THERE = {"/api/v1/drawings/{symbol}/"}
"""What a path names but need not have been made: a symbol has no drawings until somebody draws."""

TICKET = "/api/v1/ws/ticket"
WITH_A_BODY = [one for one in OPERATIONS if one[1] not in {"get", "delete"} and one[0] != TICKET]
"""Of a ticket, the body isn't read."""
FOR_ANY_KEY = TICKET
"""A ticket may what its key may."""


@pytest.fixture(autouse=True)
def _no_throttles(settings: Settings) -> None:
    for name in dir(settings):
        if name.startswith("THROTTLE_"):
            setattr(settings, name, "")


@pytest.fixture
def headers() -> dict[str, str]:
    """Return how a superuser, who may everything, is logged in."""
    user = User.objects.create_superuser("Root", "root@example.com")
    return {"Authorization": f"Bearer {access_issue(user=user)}"}


def ask(path: str, method: str, *, query: str = "", body: bytes = b"", headers: dict[str, str] | None = None) -> Any:
    """Send a request to an address that names things which aren't there."""
    address = re.sub(r"\{\w+\}", str(NOT_HERE), path.replace("{hash}", NO_TRANSACTION))
    return Client().generic(method.upper(), f"{address}{query}", body, "application/json", headers=headers or {})


def operation_of(path: str, method: str) -> Any:
    """Return what is documented."""
    return DOCUMENT["paths"][path][method]


def check(response: Any, path: str, method: str) -> Any:
    """Hold an answer against what is documented for its status, and return it."""
    documented = operation_of(path, method)["responses"]
    assert str(response.status_code) in documented, (response.status_code, response.content)
    described = documented[str(response.status_code)].get("content")
    if described is None:
        assert response.content == b""
        return None
    answer = json.loads(response.content)
    schema = {**described["application/json"]["schema"], "components": DOCUMENT["components"]}
    Draft202012Validator(schema).validate(answer)
    return answer


def test_it_is_valid() -> None:
    schema = json.loads(Path(validation.__file__).with_name("openapi_3_1_schema.json").read_text(encoding="utf-8"))
    known = Registry().with_resource(schema["$id"], Resource.from_contents(schema)).crawl()  # else at each reference
    validator = Draft202012Validator(schema, registry=known)
    written = json.loads(OpenApiJsonRenderer().render(DOCUMENT))
    validator.validate(written)
    assert not validator.is_valid({**written, "paths": {"no_slash": {}}})
    names = [operation_of(*operation)["operationId"] for operation in OPERATIONS]
    assert len(set(names)) == len(names)
    assert all(operation_of(*operation)["summary"] for operation in OPERATIONS)


def patterns(resolver: Any, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every address as OpenAPI writes it, with its pattern."""
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, path)
        else:
            written = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path)
            yield re.sub(r"\^|/\?\$$", "", written), pattern


def test_no_name_of_a_schema_has_a_module_in_it() -> None:
    assert [
        name for name in DOCUMENT["components"]["schemas"] if not name.isidentifier() or not name[0].isupper()
    ] == []


def test_it_names_every_address_and_method() -> None:
    addresses = {path: pattern for path, pattern in patterns(get_resolver()) if not UNDOCUMENTED.fullmatch(path)}
    assert {f"/{path}" for path in addresses} == set(DOCUMENT["paths"])
    for path, pattern in addresses.items():
        view: Any = getattr(pattern.callback, "cls", None)
        if view is not None:
            methods = {method.lower() for method in view().allowed_methods} - {"options", "head"}
            assert set(DOCUMENT["paths"][f"/{path}"]) == methods


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_it_asks_for_a_login_where_it_says_so(path: str, method: str) -> None:
    if path in WAITING and not operation_of(path, method)["security"]:
        return
    response = ask(path, method, body=b"[]")
    assert (response.status_code == 401) == bool(operation_of(path, method)["security"])
    check(response, path, method)


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_it_says_where_an_api_key_needs_a_scope(path: str, method: str) -> None:
    if path in WAITING:
        return
    user = User.objects.create_user("Ada", "ada@example.com")
    _, text = api_key_create(user=user, name="none", scopes=[Scope.READ])
    user.api_keys.update(scopes=[])
    response = ask(path, method, body=b"[]", headers={"Authorization": f"Bearer {text}"})
    check(response, path, method)
    needs_one = bool(operation_of(path, method)["security"]) and path != FOR_ANY_KEY
    assert (response.status_code == 403) == needs_one == ("403" in operation_of(path, method)["responses"])


def test_only_what_is_for_staff_is_closed_to_keys_of_what_is_a_command_too() -> None:
    cases = {
        f"{method} {path}": case
        for path, pattern in patterns(get_resolver())
        for method, case in getattr(getattr(pattern.callback, "cls", None), "use_cases", {}).items()
        if isinstance(case, UseCase)
    }
    assert {name for name, case in cases.items() if case.needed_scope is None} == {
        "DELETE api/v1/ops/connections/{id}/",
        "POST api/v1/notifications/broadcast/",
    }


def test_its_refusals_have_every_code_that_rest_answers() -> None:
    code = DOCUMENT["components"]["schemas"]["Refusal"]["properties"]["code"]
    known = DOCUMENT["components"]["schemas"][code["$ref"].rpartition("/")[2]]["enum"]
    assert {*known} >= {*ErrorCode, "KILL_SWITCH_ACTIVE", "INTERNAL_ERROR"}


@pytest.mark.parametrize(("path", "method"), [one for one in OPERATIONS if "400" in operation_of(*one)["responses"]])
def test_it_refuses_bad_input_in_the_one_shape(path: str, method: str, headers: dict[str, str]) -> None:
    bad = {"query": "?surprise=1"} if method in {"get", "delete"} else {"body": b"[]"}
    response = ask(path, method, headers=headers, **bad)
    assert response.status_code == 400
    assert check(response, path, method)["error"]["code"] == "VALIDATION_ERROR"


@pytest.mark.parametrize(("path", "method"), WITH_A_BODY)
def test_it_names_an_unknown_parameter(path: str, method: str, headers: dict[str, str]) -> None:
    answer = check(ask(path, method, body=b'{"surprise": 1}', headers=headers), path, method)
    assert answer["error"]["fields"]["surprise"] == "Unknown parameter"


@pytest.mark.parametrize(("path", "method"), [one for one in OPERATIONS if one[1] == "get" and one[0] not in WAITING])
def test_it_answers_what_it_says(path: str, method: str, headers: dict[str, str]) -> None:
    required = [parameter["name"] for parameter in operation_of(path, method)["parameters"] if parameter["required"]]
    response = ask(path, method, headers=headers)
    missing = set(required) - set(re.findall(r"\w+", path))
    is_absent = "{" in path and path not in ALWAYS_THERE
    assert response.status_code == (400 if missing else 404 if is_absent else response.status_code)
    check(response, path, method)


def test_it_is_served_as_json_and_yaml_to_anybody() -> None:
    response = Client().get("/api/schema/")
    assert response.headers["Content-Type"].startswith("application/json")
    assert response.json()["openapi"].startswith("3.1")
    written = Client().get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi"})
    assert yaml.load(written.content, yaml.CSafeLoader)["paths"].keys() == DOCUMENT["paths"].keys()


def test_it_shows_a_page_without_anything_inline() -> None:
    response = Client().get("/api/docs/")
    page = response.content.decode()
    assert response.status_code == 200
    assert "'unsafe-inline'" not in response.headers["Content-Security-Policy"]
    assert not re.search(r"<style|<script(?![^>]*src=)|\sstyle=|\son\w+=", page)
    assert "/api/schema/" in page


@pytest.mark.parametrize("path", [path for path, method in OPERATIONS if method == "get" and path not in WAITING])
def test_head_is_answered_as_get_without_a_body(path: str, headers: dict[str, str]) -> None:
    read, asked = (ask(path, method, headers=headers) for method in ("get", "head"))
    assert asked.status_code == read.status_code != 500
    assert asked.content == b""
    assert asked.headers["Content-Type"] == read.headers["Content-Type"]


@pytest.mark.parametrize("path", sorted({path for path, _ in OPERATIONS}))
def test_head_is_refused_where_nothing_is_read(path: str, headers: dict[str, str]) -> None:
    if "get" not in DOCUMENT["paths"][path]:
        assert ask(path, "head", headers=headers).status_code == 405
