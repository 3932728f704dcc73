from hypothesis import given
from hypothesis import strategies as st

from streaming.fan_out.frames import Frame, text_frame
from streaming.gateway.sending.send_queue import SendQueue


def state(key: str, number: int = 0) -> Frame:
    return text_frame(f"{key}{number}".encode(), key)


def sequence(number: int, size: int = 1) -> Frame:
    return text_frame(str(number).encode() * size)


def payloads(frames: list[Frame]) -> list[str]:
    return [frame.payload.decode() for frame in frames]


def test_it_keeps_the_newest_of_each_state_topic_while_conflating() -> None:
    queue = SendQueue()
    for frame in (state("a", 1), state("b", 1), sequence(7), state("a", 2)):
        queue.add(frame, 0, conflate=True)
    assert payloads(queue.take(10_000)) == ["b1", "7", "a2"]
    assert queue.conflated == 1


def test_it_keeps_everything_while_not_conflating() -> None:
    queue = SendQueue()
    for number in range(3):
        queue.add(state("a", number), 0, conflate=False)
    assert payloads(queue.take(10_000)) == ["a0", "a1", "a2"]


def test_it_conflates_what_was_added_before() -> None:
    queue = SendQueue()
    for frame in (state("a", 1), sequence(7), state("b", 1), state("a", 2)):
        queue.add(frame, 0, conflate=False)
    queue.conflate()
    queue.add(state("b", 2), 1, conflate=True)
    left = [sequence(7), state("b", 2), state("a", 2)]
    assert queue.bytes == sum(len(frame.wire) for frame in left)
    assert queue.sequence_bytes == len(left[0].wire)
    assert queue.oldest_sequence_at() == 0
    assert payloads(queue.take(10_000)) == payloads(left)
    assert queue.conflated == 2


def test_it_leaves_what_was_only_read_in_its_place_and_as_old_as_it_is() -> None:
    queue = SendQueue()
    for at, frame in enumerate((sequence(1), state("a", 1), sequence(2))):
        queue.add(frame, at, conflate=True)
    assert payloads(queue.first(10_000)) == ["1", "a1", "2"]
    queue.add(sequence(3), 7, conflate=True)
    queue.add(state("a", 2), 7, conflate=True)
    left = [sequence(1), sequence(2), sequence(3), state("a", 2)]
    assert (queue.bytes, queue.oldest_sequence_at()) == (sum(len(frame.wire) for frame in left), 0)
    assert payloads(queue.first(10_000)) == payloads(left)


def test_it_removes_from_the_front() -> None:
    queue = SendQueue()
    for at, frame in enumerate((sequence(1), state("a", 1), sequence(2), state("b", 1))):
        queue.add(frame, at, conflate=True)
    queue.remove(1)
    assert (payloads(queue.first(10_000)), queue.oldest_sequence_at()) == (["a1", "2", "b1"], 2)
    queue.remove(9)
    assert (len(queue), queue.bytes, queue.oldest_sequence_at()) == (0, 0, None)


def test_it_takes_no_more_than_fits_but_always_one() -> None:
    queue = SendQueue()
    for number in range(3):
        queue.add(sequence(number, 100), 0, conflate=False)
    assert len(queue.take(1)) == 1
    assert len(queue.take(205)) == 2
    assert queue.take(1000) == []


def test_it_counts_only_sequence_bytes() -> None:
    queue = SendQueue()
    queue.add(state("a"), 0, conflate=True)
    assert queue.sequence_bytes == 0
    frame = sequence(1, 10)
    queue.add(frame, 0, conflate=True)
    assert queue.sequence_bytes == len(frame.wire)
    queue.take(10_000)
    assert queue.sequence_bytes == 0


def test_it_knows_what_waits_longest() -> None:
    queue = SendQueue()
    assert queue.oldest_sequence_at() is None
    queue.add(state("a"), 1, conflate=True)
    queue.add(sequence(1), 2, conflate=True)
    queue.add(sequence(2), 3, conflate=True)
    assert queue.oldest_sequence_at() == 2


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9), st.booleans()), max_size=60))
def test_it_loses_no_sequence_frame_and_no_newest_state(pushes: list[tuple[str, int, bool]]) -> None:
    queue = SendQueue()
    sequences: list[str] = []
    newest: dict[str, str] = {}
    for key, number, is_state in pushes:
        frame = state(key, number) if is_state else sequence(number)
        queue.add(frame, 0, conflate=True)
        if is_state:
            newest[key] = frame.payload.decode()
        else:
            sequences.append(frame.payload.decode())
    taken = queue.take(10**9)
    assert [frame.payload.decode() for frame in taken if frame.is_sequence] == sequences
    assert {frame.conflation_key: frame.payload.decode() for frame in taken if not frame.is_sequence} == newest
    assert queue.sequence_bytes == len(queue) == 0


@given(st.lists(st.tuples(st.sampled_from(["add", "gather", "remove", "conflate"]), st.sampled_from("abc-"))))
def test_it_knows_what_waits_longest_whatever_came_and_went(steps: list[tuple[str, str]]) -> None:
    queue = SendQueue()
    came: dict[bytes, int] = {}
    for at, (step, key) in enumerate(steps):
        if step == "remove":
            queue.remove("abc-".index(key))
        elif step == "conflate":
            queue.conflate()
        else:
            frame = sequence(at) if key == "-" else state(key, at)
            came[frame.wire] = at
            queue.add(frame, at, conflate=step == "add")
        left = [came[frame.wire] for frame in queue.first(10**9) if frame.is_sequence]
        assert queue.oldest_sequence_at() == min(left, default=None)
