"""The wanted set against the actual one: which requests leave, and what follows from their answers."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.market.sources.binance.session import BinanceSession
from streaming.market.upstream.subscriptions.stream_subscriptions import (
    Changes,
    StreamSubscriptions,
    SubscriptionLimits,
)
from tests.exchange_rules.rules import rule
from tests.manual_clock import ManualClock

UNLISTED = SubscriptionLimits(inventory_interval=0)


@pytest.fixture
def subscriptions(clock: ManualClock) -> StreamSubscriptions:
    """Return the subscriptions of a fresh connection, with the default limits, but that it asks for no list."""
    return StreamSubscriptions(UNLISTED, clock, wording=BinanceSession())


def active(subscriptions: StreamSubscriptions) -> list[str]:
    """Return the acknowledged streams."""
    return sorted(subscriptions.active)


def next_request(subscriptions: StreamSubscriptions) -> tuple[str, list[str], int] | None:
    """Return method, names and id of the next request."""
    frame = subscriptions.next_request()
    if frame is None:
        return None
    request: dict[str, Any] = json.loads(frame)
    return request["method"], request["params"], request["id"]


def accept_all(subscriptions: StreamSubscriptions) -> list[tuple[str, list[str]]]:
    """Send and have accepted whatever there is to ask; return it."""
    sent = []
    while (request := next_request(subscriptions)) is not None:
        method, names, number = request
        sent.append((method, names))
        subscriptions.accepted(number)
    return sent


def test_it_subscribes_what_is_wanted_once(subscriptions: StreamSubscriptions) -> None:
    subscriptions.want({"b@trade", "a@trade"})
    assert next_request(subscriptions) == ("SUBSCRIBE", ["a@trade", "b@trade"], 1)
    assert next_request(subscriptions) is None
    assert active(subscriptions) == []
    subscriptions.accepted(1)
    assert active(subscriptions) == ["a@trade", "b@trade"]
    assert next_request(subscriptions) is None


@rule("3.2")
def test_it_unsubscribes_only_after_the_linger(subscriptions: StreamSubscriptions, clock: ManualClock) -> None:
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
    subscriptions: StreamSubscriptions, clock: ManualClock
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
    subscriptions: StreamSubscriptions, clock: ManualClock
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
    subscriptions: StreamSubscriptions, clock: ManualClock
) -> None:
    subscriptions.want({"a@trade"})
    assert next_request(subscriptions) is not None
    subscriptions.want(set())
    subscriptions.accepted(1)
    assert next_request(subscriptions) is None
    clock.advance(30)
    assert accept_all(subscriptions) == [("UNSUBSCRIBE", ["a@trade"])]


@rule("1.2.8", "3.3")
def test_it_keeps_frames_to_a_hundred_names_and_four_kilobytes(clock: ManualClock) -> None:
    subscriptions = StreamSubscriptions(UNLISTED, clock, wording=BinanceSession())
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
    subscriptions: StreamSubscriptions, clock: ManualClock
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
    assert exhausted == [False, False, True]


def test_it_takes_a_late_answer_to_any_of_the_attempts(subscriptions: StreamSubscriptions, clock: ManualClock) -> None:
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


def test_it_does_not_repeat_what_is_no_longer_wanted(subscriptions: StreamSubscriptions, clock: ManualClock) -> None:
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
    subscriptions: StreamSubscriptions, clock: ManualClock
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
    subscriptions: StreamSubscriptions, clock: ManualClock, *, has_id: bool
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


def answer_all(subscriptions: StreamSubscriptions, evil: set[str]) -> list[list[str]]:
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


def test_it_lets_no_refused_name_keep_the_others_from_anybody(
    subscriptions: StreamSubscriptions, clock: ManualClock
) -> None:
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
    subscriptions: StreamSubscriptions, clock: ManualClock
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


def test_it_cannot_tell_which_of_several_requests_a_refusal_without_id_means(
    subscriptions: StreamSubscriptions,
) -> None:
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
def test_it_ignores_an_answer_that_nobody_waits_for(
    subscriptions: StreamSubscriptions, request_id: int | str | None
) -> None:
    subscriptions.want({"a@trade"})
    assert next_request(subscriptions) is not None
    subscriptions.accepted(request_id)
    assert active(subscriptions) == []


def test_it_asks_for_pinned_streams_first_and_never_ends_them(clock: ManualClock) -> None:
    subscriptions = StreamSubscriptions(UNLISTED, clock, wording=BinanceSession(), pinned=["z@ticker"])
    subscriptions.want({"a@trade"})
    assert accept_all(subscriptions) == [("SUBSCRIBE", ["z@ticker", "a@trade"])]
    subscriptions.want(set())
    clock.advance(31)
    assert accept_all(subscriptions) == [("UNSUBSCRIBE", ["a@trade"])]
    assert active(subscriptions) == ["z@ticker"]


def test_it_names_what_nobody_wants_any_more_but_still_comes(
    subscriptions: StreamSubscriptions, clock: ManualClock
) -> None:
    subscriptions.want({"a@trade", "b@trade"})
    accept_all(subscriptions)
    subscriptions.want({"a@trade"})
    assert subscriptions.lingering == {"b@trade"}
    clock.advance(30)
    accept_all(subscriptions)
    assert subscriptions.lingering == set()


def test_it_says_what_an_answer_changed(subscriptions: StreamSubscriptions, clock: ManualClock) -> None:
    subscriptions.want({"a@trade"})
    next_request(subscriptions)
    assert subscriptions.accepted(1) == Changes(started=frozenset({"a@trade"}))
    assert subscriptions.accepted(1) == Changes()
    subscriptions.want(set())
    clock.advance(30)
    next_request(subscriptions)
    assert subscriptions.accepted(2) == Changes(ended=frozenset({"a@trade"}))


def test_it_is_settled_when_all_is_answered_but_for_what_was_refused(subscriptions: StreamSubscriptions) -> None:
    subscriptions.want({"a@trade", "evil@trade"})
    assert not subscriptions.is_settled
    answer_all(subscriptions, {"evil@trade"})
    assert subscriptions.is_settled


def test_it_ends_a_stream_and_asks_for_it_again_at_once(subscriptions: StreamSubscriptions) -> None:
    subscriptions.want({"a@ticker", "b@ticker"})
    accept_all(subscriptions)
    assert subscriptions.resubscribe({"a@ticker", "unknown"}) == {"a@ticker"}
    assert subscriptions.resubscribe({"a@ticker"}) == set()
    assert active(subscriptions) == ["b@ticker"]
    assert not subscriptions.is_settled
    assert accept_all(subscriptions) == [("UNSUBSCRIBE", ["a@ticker"]), ("SUBSCRIBE", ["a@ticker"])]
    assert active(subscriptions) == ["a@ticker", "b@ticker"]


def test_it_asks_again_for_a_stream_that_the_exchange_refuses_to_end(
    subscriptions: StreamSubscriptions, clock: ManualClock
) -> None:
    subscriptions.want({"a@ticker"})
    accept_all(subscriptions)
    subscriptions.resubscribe({"a@ticker"})
    next_request(subscriptions)
    subscriptions.refused(2, "2 Invalid request")
    clock.advance(5)
    assert accept_all(subscriptions) == [("SUBSCRIBE", ["a@ticker"])]
    assert active(subscriptions) == ["a@ticker"]


class TestLists:
    """What the exchange says is subscribed is compared with what should be."""

    @pytest.fixture
    def listed(self, clock: ManualClock) -> StreamSubscriptions:
        """Return the subscriptions of a connection that carries two streams."""
        subscriptions = StreamSubscriptions(SubscriptionLimits(), clock, wording=BinanceSession())
        subscriptions.want({"a@trade", "b@trade"})
        next_request(subscriptions)
        subscriptions.accepted(1)
        return subscriptions

    def test_it_asks_once_all_is_subscribed_and_every_five_minutes(
        self, listed: StreamSubscriptions, clock: ManualClock
    ) -> None:
        for number in (2, 3, 4):
            frame = listed.next_request()
            assert frame is not None
            assert json.loads(frame) == {"method": "LIST_SUBSCRIPTIONS", "id": number}
            assert listed.accepted(number, ("b@trade", "a@trade")) == Changes()
            assert listed.next_request() is None
            assert listed.wait == pytest.approx(300)
            clock.advance(300)

    def test_it_subscribes_what_is_missing_and_ends_what_is_surplus(self, listed: StreamSubscriptions) -> None:
        listed.next_request()
        changes = listed.accepted(2, ("a@trade", "x@trade"))
        assert changes == Changes(missing=frozenset({"b@trade"}), differences=2)
        assert accept_all(listed) == [("SUBSCRIBE", ["b@trade"]), ("UNSUBSCRIBE", ["x@trade"])]
        assert active(listed) == ["a@trade", "b@trade"]

    def test_it_asks_at_once_where_a_stream_was_gone_without_a_word(self, listed: StreamSubscriptions) -> None:
        listed.next_request()
        listed.accepted(2, ("a@trade", "b@trade"))
        assert listed.next_request() is None
        listed.resubscribe({"a@trade"})
        assert next_request(listed) == ("UNSUBSCRIBE", ["a@trade"], 3)
        listed.accepted(3)
        assert next_request(listed) == ("SUBSCRIBE", ["a@trade"], 4)
        listed.accepted(4)
        frame = listed.next_request()
        assert frame is not None
        assert json.loads(frame)["method"] == "LIST_SUBSCRIPTIONS"
        assert listed.accepted(5, ("a@trade",)) == Changes(missing=frozenset({"b@trade"}), differences=1)

    def test_it_takes_no_offence_at_what_is_changed_while_it_asks(
        self, listed: StreamSubscriptions, clock: ManualClock
    ) -> None:
        listed.want({"a@trade"})
        clock.advance(29)
        listed.next_request()
        listed.want({"a@trade", "c@trade"})
        assert next_request(listed) == ("SUBSCRIBE", ["c@trade"], 3)
        clock.advance(1)
        assert next_request(listed) == ("UNSUBSCRIBE", ["b@trade"], 4)
        listed.accepted(3)
        assert listed.accepted(2, ("a@trade", "b@trade")) == Changes()
        listed.accepted(4)
        assert active(listed) == ["a@trade", "c@trade"]

    def test_it_repeats_the_question_and_gives_the_connection_up_like_any_request(
        self, listed: StreamSubscriptions, clock: ManualClock
    ) -> None:
        for _ in range(3):
            assert listed.next_request() is not None
            clock.advance(10)
            listed.expire()
        assert listed.is_exhausted

    @pytest.mark.parametrize("answer", ["refused", None, True])
    def test_it_goes_on_where_the_exchange_has_no_list(
        self, listed: StreamSubscriptions, clock: ManualClock, answer: object
    ) -> None:
        listed.next_request()
        if answer == "refused":
            listed.refused(2, "2 Invalid request")
        else:
            assert listed.accepted(2, answer) == Changes()
        assert listed.next_request() is None
        clock.advance(300)
        assert listed.next_request() is not None


class Exchange:
    """An exchange that carries out requests in order, if it doesn't refuse them, and may forget what it was asked."""

    def __init__(self, subscriptions: StreamSubscriptions, clock: ManualClock) -> None:
        self.subscriptions = subscriptions
        self.clock = clock
        self.subscribed: set[str] = set()
        self.requests: list[dict[str, Any]] = []

    def carry_out(self, *, answered: bool = True) -> None:
        """Carry out the oldest request, and answer it."""
        if not self.requests:
            return
        request = self.requests.pop(0)
        if request["method"] == "SUBSCRIBE":
            self.subscribed.update(request["params"])
        elif request["method"] == "UNSUBSCRIBE":
            self.subscribed.difference_update(request["params"])
        result = tuple(self.subscribed) if request["method"] == "LIST_SUBSCRIPTIONS" else None
        if answered:
            self.subscriptions.accepted(request["id"], result)

    def refuse(self) -> None:
        """Refuse the oldest request."""
        if self.requests:
            self.subscriptions.refused(self.requests.pop(0)["id"], "no")

    def do(self, step: str) -> None:
        """Do what a step says."""
        actions: dict[str, Callable[[], object]] = {
            "answer": self.carry_out,
            "lose the answer": partial(self.carry_out, answered=False),
            "refuse": self.refuse,
            "forget": partial(self.subscribed.difference_update, ["a", "b"]),
            "again": partial(self.subscriptions.resubscribe, {"b", "c"}),
            "wait": partial(self.wait, 11),
            "linger": partial(self.wait, 31),
        }
        actions[step]()

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.advance(seconds)
        self.subscriptions.expire()

    def settle(self) -> None:
        """Answer everything, for longer than the longest of our waits."""
        for seconds in (0, 11, 31, 31, 301, 31):
            self.wait(seconds)
            self.take_all()
            while self.requests:
                self.carry_out()
                self.take_all()

    def take_all(self) -> None:
        """Take what is asked."""
        while (frame := self.subscriptions.next_request()) is not None:
            self.requests.append(json.loads(frame))


names = st.frozensets(st.sampled_from(["a", "b", "c", "d"]))
steps = st.lists(
    st.one_of(names, st.sampled_from(["answer", "lose the answer", "refuse", "wait", "linger", "forget", "again"])),
    max_size=40,
)


@given(steps)
def test_it_always_arrives_at_what_is_wanted(steps: list[frozenset[str] | str]) -> None:
    clock = ManualClock()
    subscriptions = StreamSubscriptions(
        SubscriptionLimits(refusal_wait_maximum=5.0, attempts=10_000), clock, wording=BinanceSession()
    )
    exchange = Exchange(subscriptions, clock)
    wanted: frozenset[str] = frozenset()
    for step in steps:
        exchange.take_all()
        if isinstance(step, str):
            exchange.do(step)
        else:
            wanted = step
            subscriptions.want(wanted)
    exchange.settle()
    assert active(subscriptions) == sorted(exchange.subscribed) == sorted(wanted)
    assert subscriptions.is_settled
    assert subscriptions.wait is None or subscriptions.wait > 100


class PairWording(BinanceSession):
    """Asks for streams of one kind at a time, and can't ask what is subscribed."""

    has_lists = False

    def batch_of(self, stream: str) -> str:
        """Return the part behind the symbol."""
        return stream.rpartition("@")[2]


@pytest.fixture
def in_parts(clock: ManualClock) -> StreamSubscriptions:
    """Return the subscriptions of a connection that is answered part by part."""
    return StreamSubscriptions(SubscriptionLimits(), clock, wording=PairWording())


class TestAnswersInParts:
    """An exchange may ask for a request of each channel, and answer each symbol of it."""

    @rule("K.2")
    def test_a_request_is_of_one_batch(self, in_parts: StreamSubscriptions) -> None:
        in_parts.want({"a@trade", "b@book", "c@trade"})
        assert accept_all(in_parts) == [("SUBSCRIBE", ["a@trade", "c@trade"]), ("SUBSCRIBE", ["b@book"])]

    @rule("K.2")
    def test_what_is_answered_is_active_and_the_rest_waits(self, in_parts: StreamSubscriptions) -> None:
        in_parts.want({"a@trade", "b@trade"})
        next_request(in_parts)
        assert in_parts.accepted(1, streams=frozenset({"b@trade"})) == Changes(started=frozenset({"b@trade"}))
        assert in_parts.accepted(1, streams=frozenset({"b@trade"})) == Changes()
        assert (active(in_parts), in_parts.is_settled) == (["b@trade"], False)
        assert next_request(in_parts) is None
        in_parts.accepted(1, streams=frozenset({"a@trade"}))
        assert (active(in_parts), in_parts.is_settled) == (["a@trade", "b@trade"], True)

    @rule("K.2")
    def test_what_is_not_answered_in_time_is_asked_for_alone(
        self, in_parts: StreamSubscriptions, clock: ManualClock
    ) -> None:
        in_parts.want({"a@trade", "b@trade"})
        next_request(in_parts)
        in_parts.accepted(1, streams=frozenset({"b@trade"}))
        clock.advance(10.0)
        in_parts.expire()
        assert next_request(in_parts) == ("SUBSCRIBE", ["a@trade"], 2)

    @rule("K.2")
    def test_one_that_is_refused_keeps_none_from_the_others(
        self, in_parts: StreamSubscriptions, clock: ManualClock
    ) -> None:
        in_parts.want({"a@trade", "b@trade"})
        next_request(in_parts)
        in_parts.refused(1, "unknown", frozenset({"a@trade"}))
        assert next_request(in_parts) is None
        in_parts.accepted(1, streams=frozenset({"b@trade"}))
        assert (active(in_parts), in_parts.is_settled) == (["b@trade"], True)
        clock.advance(5.0)
        assert next_request(in_parts) == ("SUBSCRIBE", ["a@trade"], 2)

    @rule("K.2")
    def test_no_list_is_asked_for(self, in_parts: StreamSubscriptions, clock: ManualClock) -> None:
        in_parts.want({"a@trade"})
        accept_all(in_parts)
        clock.advance(1e6)
        assert next_request(in_parts) is None
