"""A value of the server's with updates on top of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidewire_client.synced_state.optimistic import Optimistic


def test_it_shows_an_update_at_once_and_keeps_it_when_it_is_confirmed() -> None:
    state = Optimistic([1])
    update = state.update(lambda value: [*value, 2])
    assert (state.base, state.value) == ([1], [1, 2])
    state.confirmed(update, None)
    assert (state.base, state.value) == ([1, 2], [1, 2])


def test_it_takes_the_servers_answer_in_place_of_the_update() -> None:
    state = Optimistic([1])
    state.confirmed(state.update(lambda value: [*value, 2]), [1, 3])
    assert state.value == [1, 3]


def test_it_takes_a_refused_update_back_and_keeps_the_others() -> None:
    state = Optimistic([1])
    first = state.update(lambda value: [*value, 2])
    state.update(lambda value: [*value, 3])
    state.refused(first)
    assert state.value == [1, 3]


def test_it_applies_what_is_pending_to_what_the_server_says_meanwhile() -> None:
    state = Optimistic([1])
    update = state.update(lambda value: [*value, 2])
    state.server_says([7])
    assert state.value == [7, 2]
    state.refused(update)
    assert state.value == [7]


def test_it_lets_the_hook_decide_a_conflict() -> None:
    asked: list[tuple[int, int, int]] = []

    def resolve(base: int, local: int, server: int) -> int:
        asked.append((base, local, server))
        return local + server

    state = Optimistic(1, resolve)
    state.server_says(2)
    first, second = state.update(lambda value: value + 10), state.update(lambda value: value + 100)
    state.server_says(3)
    assert asked == [(2, 112, 3)]
    assert state.value == 115
    state.refused(first)
    assert state.value == 115
    state.refused(second)
    assert state.value == 3


def test_an_update_that_raises_changes_nothing() -> None:
    state: Optimistic[dict[str, int]] = Optimistic({})
    with pytest.raises(KeyError):
        state.update(lambda value: {"a": value["a"] + 1})
    assert state.value == {}
    state.server_says({"a": 1})
    assert state.value == {"a": 1}


@given(st.lists(st.tuples(st.sampled_from(["update", "confirm", "refuse", "server"]), st.integers())))
def test_once_nothing_is_pending_it_shows_what_the_server_has(steps: list[tuple[str, int]]) -> None:
    state: Optimistic[int] = Optimistic(0)
    pending: list[object] = []
    for step, number in steps:
        if step == "update":
            pending.append(state.update(lambda value, number=number: value + number))  # type: ignore[misc]
        elif step == "server":
            state.server_says(number)
        elif pending and step == "confirm":
            state.confirmed(pending.pop(0), None)
        elif pending:
            state.refused(pending.pop())
    while pending:
        state.refused(pending.pop())
    assert state.value == state.base
