"""What a body may hold."""

from typing import Any

import pytest
from rest_framework import serializers

from accounts.http.bodies import Body


class _Colour(Body):
    name = serializers.CharField(max_length=5)


def _refusal_of(data: Any) -> dict[str, Any]:
    body = _Colour(data=data)
    assert not body.is_valid()
    return dict(body.errors)


def test_it_takes_the_declared_fields() -> None:
    body = _Colour(data={"name": "green"})
    assert body.is_valid()
    assert body.validated_data == {"name": "green"}


def test_it_names_unknown_fields_along_with_wrong_ones() -> None:
    assert _refusal_of({"name": "green", "shade": 1}) == {"shade": ["Unknown parameter"]}
    assert set(_refusal_of({"name": "too long", "shade": 1})) == {"name", "shade"}
    assert set(_refusal_of({"shade": 1})) == {"name", "shade"}


@pytest.mark.parametrize("data", [[], "name", 5, None])
def test_it_refuses_what_is_no_object(data: Any) -> None:
    assert set(_refusal_of(data)) == {"non_field_errors"}


def test_its_refusal_does_not_grow_with_the_body() -> None:
    refusal = _refusal_of({"name": "green", **{f"{'x' * 1000}{number}": 1 for number in range(1000)}, "a": 1})
    assert len(str(refusal)) < 5000
    assert "a" in refusal
