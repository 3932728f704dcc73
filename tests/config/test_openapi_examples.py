"""Examples of the OpenAPI document work: each fits its shape, and isn't refused as wrong."""

import json
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import Client
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # its stubs are not installed

from accounts.models import User
from accounts.tokens.json_web_tokens import access_issue
from config.openapi.examples import BODIES, QUERIES
from config.openapi.generator import DocumentGenerator
from tests.market.symbols.stored_symbols import store

_DOCUMENT = DocumentGenerator().get_schema()  # type: ignore[no-untyped-call]  # drf-spectacular's own are not typed


@pytest.fixture
def headers(db: None) -> dict[str, str]:
    """Return how the demo's user is logged in, where there are symbols."""
    async_to_sync(store)("BTCUSDT", "ETHUSDT")
    user = User.objects.create_user("demo", "demo@example.org", "demo")
    return {"Authorization": f"Bearer {access_issue(user=user)}"}


@pytest.mark.parametrize(("path", "method"), BODIES)
def test_each_body_fits_its_shape_and_is_not_refused_as_wrong(path: str, method: str, headers: dict[str, str]) -> None:
    content = _DOCUMENT["paths"][path][method.lower()]["requestBody"]["content"]["application/json"]
    assert content["example"] == BODIES[path, method]
    Draft202012Validator({**content["schema"], "components": _DOCUMENT["components"]}).validate(content["example"])
    answer: Any = Client().generic(method, path, json.dumps(content["example"]), "application/json", headers=headers)
    assert answer.status_code not in {400, 404, 405, 500}, answer.content


def test_a_query_that_has_to_be_given_has_an_example() -> None:
    parameters = [one for path in _DOCUMENT["paths"].values() for each in path.values() for one in each["parameters"]]
    asked = [one for one in parameters if one["in"] == "query" and one["required"] and one["name"] in QUERIES]
    assert {one["name"] for one in asked} == set(QUERIES)
    assert all(one["example"] == QUERIES[one["name"]] for one in asked)
