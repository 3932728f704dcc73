"""Control messages get the exchange's answers, whatever is sent."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.simulator.streams import control
from tests.exchange_rules.rules import rule


class Session:
    """A connection's subscriptions, without a socket."""

    def __init__(self) -> None:
        self.combined = True
        self.stream_names: list[str] = []

    def subscribe(self, names: list[str]) -> None:
        self.stream_names = list(dict.fromkeys(self.stream_names + names))

    def unsubscribe(self, names: list[str]) -> None:
        self.stream_names = [name for name in self.stream_names if name not in names]


@pytest.fixture
def session() -> Session:
    return Session()


def ask(session: Session, message: object) -> Any:
    text = message if isinstance(message, str | bytes) else json.dumps(message)
    return json.loads(control.answer(text, session))


def test_it_subscribes_lists_and_unsubscribes_any_name(session: Session) -> None:
    asked = {"method": "SUBSCRIBE", "params": ["btcusdt@trade", "nonsense", "btcusdt@trade"], "id": 1}
    assert ask(session, asked) == {"result": None, "id": 1}
    assert ask(session, {"method": "LIST_SUBSCRIPTIONS", "id": "a-1"}) == {
        "result": ["btcusdt@trade", "nonsense"],
        "id": "a-1",
    }
    assert ask(session, {"method": "UNSUBSCRIBE", "params": ["btcusdt@trade", "other"], "id": None}) == {
        "result": None,
        "id": None,
    }
    assert ask(session, {"method": "LIST_SUBSCRIPTIONS"}) == {"result": ["nonsense"], "id": None}


def test_it_sets_and_gets_the_property_combined(session: Session) -> None:
    assert ask(session, {"method": "GET_PROPERTY", "params": ["combined"], "id": 2}) == {"result": True, "id": 2}
    assert ask(session, {"method": "SET_PROPERTY", "params": ["combined", False], "id": 5}) == {
        "result": None,
        "id": 5,
    }
    assert session.combined is False


@rule("1.3.3", "3.10")
@pytest.mark.parametrize(
    ("message", "code", "words", "identifier"),
    [
        ({"method": "GET_PROPERTY", "params": ["speed"], "id": 1}, 0, "Unknown property", 1),
        ({"method": "SET_PROPERTY", "params": ["combined", 1], "id": 1}, 1, "expected Boolean", 1),
        ({"method": "SET_PROPERTY", "params": ["combined"], "id": 1}, 1, "expected Boolean", 1),
        ({"method": "SET_PROPERTY", "params": [7, True], "id": 1}, 2, "property name must be a string", 1),
        ({"method": "GET_PROPERTY", "params": ["combined", 1], "id": 1}, 2, "too many parameters", 1),
        ({"method": "SET_PROPERTY", "params": ["combined", True, 1]}, 2, "too many parameters", None),
        ({"params": ["btcusdt@trade"], "id": 3}, 2, "missing field `method`", 3),
        ({"method": "subscribe", "params": []}, 2, "unknown variant `subscribe`, expected one of `SUB", None),
        ({"method": "SUBSCRIBE", "id": 4}, 2, "missing field `params`", 4),
        ({"method": "SUBSCRIBE", "params": "x", "id": 4}, 2, "expected a sequence", 4),
        ({"method": "SUBSCRIBE", "params": [1], "id": 4}, 2, "expected a string", 4),
        ({"method": "LIST_SUBSCRIPTIONS", "id": 1.5}, 2, "request ID must be", None),
        ({"method": "LIST_SUBSCRIPTIONS", "id": True}, 2, "request ID must be", None),
        ({"method": "LIST_SUBSCRIPTIONS", "id": "x" * 37}, 2, "request ID must be", None),
        ({"method": "LIST_SUBSCRIPTIONS", "id": 2**63}, 2, "request ID must be", None),
        ([1, 2], 2, "expected an object", None),
        ("hello", 3, "Invalid JSON", None),
        (b"\xff", 3, "Invalid JSON", None),
        ("[" * 100_000, 3, "Invalid JSON", None),
    ],
)
def test_it_refuses_with_a_nested_error(
    session: Session, message: object, code: int, words: str, identifier: object
) -> None:
    answer = ask(session, message)
    assert answer["error"]["code"] == code
    assert words in answer["error"]["msg"]
    assert answer["id"] == identifier


def test_it_refuses_the_1025th_stream_and_keeps_the_others(session: Session) -> None:
    names = [f"s{number}@trade" for number in range(1024)]
    assert ask(session, {"method": "SUBSCRIBE", "params": names, "id": 1})["result"] is None
    assert ask(session, {"method": "SUBSCRIBE", "params": names[:5], "id": 2})["result"] is None
    refused = ask(session, {"method": "SUBSCRIBE", "params": ["one@more"], "id": 19})
    assert refused == {"error": {"code": 4, "msg": "Too many subscriptions"}, "id": 19}
    assert session.stream_names == names


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(
    st.binary(max_size=200)
    | json_values.map(json.dumps)
    | st.fixed_dictionaries(
        {},
        optional={
            "method": st.sampled_from(["SUBSCRIBE", "SET_PROPERTY", "x"]) | json_values,
            "params": json_values,
            "id": json_values,
        },
    ).map(json.dumps)
)
def test_it_answers_anything_at_all(message: str | bytes) -> None:
    answer = ask(Session(), message)
    assert set(answer) in ({"result", "id"}, {"error", "id"})
