"""The wanted set against the actual one: which requests leave, and what follows from their answers."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.clock import ManualClock
from streaming.market.upstream.subscriptions import SubscriptionLimits, Subscriptions


@pytest.fixture
def subscriptions(clock: ManualClock) -> Subscriptions:
    """Return the subscriptions of a fresh connection, with the default limits."""
    return Subscriptions(SubscriptionLimits(), clock)


def active(subscriptions: Subscriptions) -> list[str]:
    """Return the acknowledged streams."""
    return list(subscriptions.active)


def next_request(subscriptions: Subscriptions) -> tuple[str, list[str], int] | None:
    """Return method, names and id of the next request."""
    frame = subscriptions.next_request()
    if frame is None:
        return None
    request: dict[str, Any] = json.loads(frame)
    return request["method"], request["params"], request["id"]


def accept_all(subscriptions: Subscriptions) -> list[tuple[str, list[str]]]:
    """Send and have accepted whatever there is to ask; return it."""
    sent = []
    while (request := next_request(subscriptions)) is not None:
        method, names, number = request
        sent.append((method, names))
        subscriptions.accepted(number)
    return sent


def test_it_subscribes_what_is_wanted_once(subscriptions: Subscriptions) -> None:
    subscriptions.want({"b@trade", "a@trade"})
    assert next_request(subscriptions) == ("SUBSCRIBE", ["a@trade", "b@trade"], 1)
    assert next_request(subscriptions) is None
    assert active(subscriptions) == []
    subscriptions.accepted(1)
    assert active(subscriptions) == ["a@trade", "b@trade"]
    assert next_request(subscriptions) is None


def test_it_unsubscribes_only_after_the_linger(subscriptions: Subscriptions, clock: ManualClock) -> None:
    subscriptions.want({"a@trade", "b@trade"})
    accept_all(subscriptions)
    subscriptions.want({"a@trade"})
    assert next_request(subscriptions) is None
    assert subscriptions.wait == 30.0
    clock.advance(29.9)
    assert next_request(subscriptions) is None
    clock.advance(0.1)
    assert next_request(subscriptions) == ("UNSUBSCRIBE", ["b@trade"], 2)
    subscriptions.accepted(2)
    assert active(subscriptions) == ["a@trade"]
    assert subscriptions.wait is None


def test_it_sends_nothing_where_a_stream_is_wanted_again_within_the_linger(
    subscriptions: Subscriptions, clock: ManualClock
) -> None:
    subscriptions.want({"a@trade"})
    accept_all(subscriptions)
    for _ in range(5):
        subscriptions.want(set())
        clock.advance(20)
        subscriptions.want({"a@trade"})
        assert next_request(subscriptions) is None
    clock.advance(100)
    assert next_request(subscriptions) is None


def test_it_subscribes_again_what_is_wanted_while_the_end_of_it_is_on_its_way(
    subscriptions: Subscriptions, clock: ManualClock
) -> None:
    subscriptions.want({"a@trade"})
    accept_all(subscriptions)
    subscriptions.want(set())
    clock.advance(30)
    assert next_request(subscriptions) == ("UNSUBSCRIBE", ["a@trade"], 2)
    subscriptions.want({"a@trade"})
    assert next_request(subscriptions) is None
    subscriptions.accepted(2)
    assert accept_all(subscriptions) == [("SUBSCRIBE", ["a@trade"])]


def test_it_ends_a_stream_that_was_accepted_when_nobody_wanted_it_any_more(
    subscriptions: Subscriptions, clock: ManualClock
) -> None:
    subscriptions.want({"a@trade"})
    assert next_request(subscriptions) is not None
    subscriptions.want(set())
    subscriptions.accepted(1)
    assert next_request(subscriptions) is None
    clock.advance(30)
    assert accept_all(subscriptions) == [("UNSUBSCRIBE", ["a@trade"])]


def test_it_subscribes_everything_again_on_a_new_connection(subscriptions: Subscriptions, clock: ManualClock) -> None:
    subscriptions.want({"a@trade", "b@trade"})
    accept_all(subscriptions)
    subscriptions.want({"a@trade", "c@trade"})
    assert next_request(subscriptions) is not None
    subscriptions.reset()
    assert active(subscriptions) == []
    assert accept_all(subscriptions) == [("SUBSCRIBE", ["a@trade", "c@trade"])]
    clock.advance(60)
    assert next_request(subscriptions) is None


def test_it_keeps_frames_to_a_hundred_names_and_four_kilobytes(clock: ManualClock) -> None:
    subscriptions = Subscriptions(SubscriptionLimits(), clock)
    short = {f"s{number:03}@trade" for number in range(250)}
    long = {f"{'币' * 15}{number:03}@depth10@100ms" for number in range(250)}
    subscriptions.want(short | long)
    frames = []
    while (frame := subscriptions.next_request()) is not None:
        frames.append(frame)
    assert all(len(frame) <= 4096 for frame in frames)
    assert all(len(json.loads(frame)["params"]) <= 100 for frame in frames)
    assert sorted(name for frame in frames for name in json.loads(frame)["params"]) == sorted(short | long)


def test_it_repeats_twice_what_is_not_answered_and_then_gives_the_connection_up(
    subscriptions: Subscriptions, clock: ManualClock
) -> None:
    subscriptions.want({"a@trade"})
    exhausted = []
    for number in (1, 2, 3):
        assert next_request(subscriptions) == ("SUBSCRIBE", ["a@trade"], number)
        assert subscriptions.wait == pytest.approx(10.0)
        clock.advance(9.9)
        subscriptions.expire()
        assert next_request(subscriptions) is None
        clock.advance(0.2)
        subscriptions.expire()
        exhausted.append(subscriptions.is_exhausted)
    subscriptions.reset()
    assert [*exhausted, subscriptions.is_exhausted] == [False, False, True, False]
    assert next_request(subscriptions) == ("SUBSCRIBE", ["a@trade"], 4)


def test_it_takes_a_late_answer_to_any_of_the_attempts(subscriptions: Subscriptions, clock: ManualClock) -> None:
    subscriptions.want({"a@trade"})
    assert next_request(subscriptions) is not None
    clock.advance(10)
    subscriptions.expire()
    assert next_request(subscriptions) == ("SUBSCRIBE", ["a@trade"], 2)
    subscriptions.accepted(1)
    assert active(subscriptions) == ["a@trade"]
    clock.advance(10)
    subscriptions.expire()
    assert next_request(subscriptions) is None
    subscriptions.accepted(2)
    assert active(subscriptions) == ["a@trade"]


def test_it_does_not_repeat_what_is_no_longer_wanted(subscriptions: Subscriptions, clock: ManualClock) -> None:
    subscriptions.want({"a@trade", "b@trade"})
    assert next_request(subscriptions) is not None
    subscriptions.want({"b@trade"})
    clock.advance(10)
    subscriptions.expire()
    assert next_request(subscriptions) == ("SUBSCRIBE", ["b@trade"], 2)
    subscriptions.want(set())
    clock.advance(10)
    subscriptions.expire()
    assert next_request(subscriptions) is None
    assert subscriptions.wait is None


def test_it_asks_again_for_a_stream_whose_end_was_not_answered_and_that_is_wanted_again(
    subscriptions: Subscriptions, clock: ManualClock
) -> None:
    subscriptions.want({"a@trade"})
    accept_all(subscriptions)
    subscriptions.want(set())
    clock.advance(30)
    assert next_request(subscriptions) is not None
    subscriptions.want({"a@trade"})
    clock.advance(10)
    subscriptions.expire()
    assert accept_all(subscriptions) == [("SUBSCRIBE", ["a@trade"])]
    assert active(subscriptions) == ["a@trade"]


@pytest.mark.parametrize("has_id", [True, False])
def test_it_asks_ever_later_for_what_is_refused(
    subscriptions: Subscriptions, clock: ManualClock, *, has_id: bool
) -> None:
    subscriptions.want({"a@trade"})
    for number, wait in enumerate([5, 10, 20, 40, 80, 160, 300, 300], start=1):
        assert next_request(subscriptions) == ("SUBSCRIBE", ["a@trade"], number)
        subscriptions.refused(number if has_id else None, "2 Invalid request")
        assert subscriptions.wait == pytest.approx(wait)
        clock.advance(wait - 0.1)
        assert next_request(subscriptions) is None
        clock.advance(0.2)
    assert not subscriptions.is_exhausted
    assert accept_all(subscriptions) == [("SUBSCRIBE", ["a@trade"])]
    assert subscriptions.wait is None


def test_it_asks_at_once_on_a_new_connection_for_what_was_refused(subscriptions: Subscriptions) -> None:
    subscriptions.want({"a@trade"})
    next_request(subscriptions)
    subscriptions.refused(1, "4 Too many subscriptions")
    subscriptions.reset()
    assert accept_all(subscriptions) == [("SUBSCRIBE", ["a@trade"])]


def answer_all(subscriptions: Subscriptions, evil: set[str]) -> list[list[str]]:
    """Refuse whatever holds a name of `evil`, accept all else; return the names of each request."""
    sent = []
    while (request := next_request(subscriptions)) is not None:
        _, names, number = request
        sent.append(names)
        if evil.intersection(names):
            subscriptions.refused(number, "2 Invalid request")
        else:
            subscriptions.accepted(number)
    return sent


def test_it_lets_no_refused_name_keep_the_others_from_anybody(subscriptions: Subscriptions, clock: ManualClock) -> None:
    good = {f"s{number}@trade" for number in range(98)}
    evil = {"s2x@trade", "s7x@trade"}
    subscriptions.want(good | evil)
    assert len(answer_all(subscriptions, evil)) < 30
    assert active(subscriptions) == sorted(good)
    subscriptions.want({*good, *evil, "late@trade"})
    clock.advance(5)
    assert answer_all(subscriptions, evil) == [["late@trade"], sorted(evil), ["s2x@trade"], ["s7x@trade"]]
    assert subscriptions.wait == pytest.approx(10)


def test_it_asks_a_few_times_only_to_end_what_the_exchange_goes_on_sending(
    subscriptions: Subscriptions, clock: ManualClock
) -> None:
    subscriptions.want({"a@trade", "b@trade"})
    accept_all(subscriptions)
    subscriptions.want(set())
    sent = []
    for _ in range(20):
        clock.advance(30)
        sent += answer_all(subscriptions, {"a@trade"})
    assert sent == [["a@trade", "b@trade"], ["a@trade"], ["b@trade"], ["a@trade"], ["a@trade"]]
    assert active(subscriptions) == ["a@trade"]
    assert subscriptions.wait is None
    subscriptions.want({"a@trade"})
    assert next_request(subscriptions) is None


def test_it_cannot_tell_which_of_several_requests_a_refusal_without_id_means(subscriptions: Subscriptions) -> None:
    subscriptions.want({"a@trade"})
    assert next_request(subscriptions) is not None
    subscriptions.want({"a@trade", "b@trade"})
    assert next_request(subscriptions) is not None
    subscriptions.refused(None, "3 Invalid JSON")
    assert next_request(subscriptions) is None
    subscriptions.accepted(1)
    subscriptions.accepted(2)
    assert active(subscriptions) == ["a@trade", "b@trade"]


@pytest.mark.parametrize("request_id", [99, "1", None, 2**63 - 1])
def test_it_ignores_an_answer_that_nobody_waits_for(subscriptions: Subscriptions, request_id: int | str | None) -> None:
    subscriptions.want({"a@trade"})
    assert next_request(subscriptions) is not None
    subscriptions.accepted(request_id)
    assert active(subscriptions) == []


def test_it_keeps_those_that_were_wanted_first_where_a_connection_may_carry_no_more(clock: ManualClock) -> None:
    subscriptions = Subscriptions(SubscriptionLimits(maximum_streams=2), clock)
    subscriptions.want({"y", "z"})
    subscriptions.want({"a", "y", "z"})
    assert accept_all(subscriptions) == [("SUBSCRIBE", ["y", "z"])]
    subscriptions.want({"a", "z"})
    assert accept_all(subscriptions) == [("SUBSCRIBE", ["a"])]


names = st.frozensets(st.sampled_from(["a", "b", "c", "d"]))
steps = st.lists(st.one_of(names, st.sampled_from(["accept", "refuse", "lose", "wait", "reconnect"])), max_size=40)


@given(steps)
def test_it_always_arrives_at_what_is_wanted(steps: list[frozenset[str] | str]) -> None:
    clock = ManualClock()
    subscriptions = Subscriptions(SubscriptionLimits(), clock)
    wanted: frozenset[str] = frozenset()
    sent: list[dict[str, Any]] = []
    for step in steps:
        frame = subscriptions.next_request()
        sent += [json.loads(frame)] if frame else []
        if isinstance(step, frozenset):
            wanted = step
            subscriptions.want(wanted)
        elif step == "accept" and sent:
            subscriptions.accepted(sent.pop()["id"])
        elif step == "refuse" and sent:
            subscriptions.refused(sent.pop()["id"], "no")
        elif step == "reconnect":
            subscriptions.reset()
            sent.clear()
        elif step == "wait":
            clock.advance(11)
            subscriptions.expire()
    subscriptions.reset()
    accept_all(subscriptions)
    clock.advance(31)
    accept_all(subscriptions)
    assert active(subscriptions) == sorted(wanted)
    assert subscriptions.wait is None
