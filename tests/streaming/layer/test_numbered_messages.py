"""What is sent over several hosts counts once, whichever of them is first, late, or loses some."""

from hypothesis import given
from hypothesis import strategies as st

from streaming.layer.numbered_messages import MessageNumbers, SeenMessages


def test_each_counts_once_whichever_way_it_comes() -> None:
    numbers, seen = MessageNumbers(), SeenMessages()
    sent = [numbers.numbered("g", {"type": str(number)}) for number in range(4)]
    first_way, second_way = [sent[0], sent[2], sent[3]], sent
    assert [seen.take(one) for one in first_way] == [True, True, True]
    assert [seen.take(one) for one in second_way] == [False, True, False, False]


def test_groups_and_senders_are_told_apart() -> None:
    seen = SeenMessages()
    first, second = MessageNumbers(), MessageNumbers()
    assert all(seen.take(one.numbered(group, {})) for one in (first, second) for group in "ab")


def test_what_has_no_number_always_counts() -> None:
    seen = SeenMessages()
    assert seen.take({"type": "x"})
    assert seen.take({"type": "x"})


@given(lost=st.sets(st.integers(1, 60), max_size=20), lag=st.integers(0, 30))
def test_two_ways_of_which_one_loses_some_and_the_other_lags_bring_each_once(lost: set[int], lag: int) -> None:
    numbers, seen = MessageNumbers(), SeenMessages()
    sent = [numbers.numbered("g", {"is": number}) for number in range(61)]
    come = [sent[0]["is"]] if seen.take(sent[0]) else []
    for place in range(1, 61 + lag):
        if place <= 60 and place not in lost and seen.take(sent[place]):
            come.append(sent[place]["is"])
        if 1 <= place - lag <= 60 and seen.take(sent[place - lag]):
            come.append(sent[place - lag]["is"])
    assert sorted(come) == list(range(61))


def test_it_is_bounded() -> None:
    seen = SeenMessages()
    for _ in range(12_000):
        seen.take(MessageNumbers().numbered("g", {}))
    assert len(seen._senders) == 10_000
    seen.take({"numbered": ["one", "g", 1]})
    seen.take({"numbered": ["one", "g", 10**9]})
    assert len(seen._senders["one", "g"]._missing) <= 100
