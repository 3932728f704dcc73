"""Many who ask for one channel at once share a read that begins after all of them have asked."""

import asyncio
from collections.abc import Sequence

import pytest

from streaming.event_history.history import Entry, HistoryUnavailableError, Kept, Position
from streaming.event_history.recovery import recover
from streaming.event_history.shared_reads import SharedReads


class SlowHistory:
    """A history of one channel, whose reads end when they are let; it notes what was read."""

    def __init__(self, end: int) -> None:
        self.end = end
        self.reads: list[Position | None] = []
        self.may_answer = asyncio.Event()
        self.fails: Exception | None = None

    async def read(self, key: str, since: Position | None = None) -> Kept | None:
        """Answer with what is there when the reading begins."""
        self.reads.append(since)
        end = self.end
        await self.may_answer.wait()
        if self.fails is not None:
            raise self.fails
        first = end + 1 if since is None else since.seq + 1
        return Kept(Position("e", end), tuple(Entry(seq, 1, b"") for seq in range(first, end + 1)))

    async def append(self, appends: Sequence[object]) -> tuple[None, ...]:
        raise NotImplementedError

    async def end_epochs(self, keys: object, fencing_number: int) -> None:
        raise NotImplementedError

    async def forget(self, keys: object) -> None:
        raise NotImplementedError

    def host_of(self, key: str) -> str:
        raise NotImplementedError

    async def close(self) -> None:
        raise NotImplementedError


async def asked(reads: SharedReads, *positions: Position | None) -> list[asyncio.Task[Kept | None]]:
    """Ask, as so many clients at once."""
    tasks = [asyncio.create_task(reads.read("a", since)) for since in positions]
    await asyncio.sleep(0)
    return tasks


def seqs(since: Position, kept: Kept | None) -> list[int]:
    return [entry.seq for entry in recover(since, kept).missed]


async def test_those_who_ask_while_a_read_is_under_way_share_the_next_from_the_lowest_number_on() -> None:
    history = SlowHistory(end=5)
    reads = SharedReads(history, seconds=60)
    first = await asked(reads, Position("e", 4))
    await asyncio.sleep(0)
    history.end = 8
    positions = [Position("e", seq) for seq in (7, 2, 5, 8)]
    later = await asked(reads, *positions)
    history.may_answer.set()
    assert [seqs(Position("e", 4), kept) for kept in await asyncio.gather(*first)] == [[5]]
    answers = await asyncio.gather(*later)
    assert [seqs(*each) for each in zip(positions, answers, strict=True)] == [[8], [3, 4, 5, 6, 7, 8], [6, 7, 8], []]
    assert history.reads == [Position("e", 4), Position("e", 2)]


async def test_who_asks_a_moment_after_a_read_shares_the_next_with_those_who_wait() -> None:
    history = SlowHistory(end=5)
    reads = SharedReads(history, seconds=60)
    [first] = await asked(reads, Position("e", 4))
    waiting = await asked(reads, Position("e", 3))
    history.may_answer.set()
    await first
    later = await asked(reads, Position("e", 2))
    await asyncio.gather(*waiting, *later)
    assert history.reads == [Position("e", 4), Position("e", 2)]


async def test_another_epoch_and_the_end_alone_are_read_by_themselves() -> None:
    history = SlowHistory(end=3)
    history.may_answer.set()
    reads = SharedReads(history, seconds=60)
    tasks = await asked(reads, Position("e", 3), Position("other", 0), None, None)
    ends = [kept.end for kept in await asyncio.gather(*tasks) if kept is not None]
    assert ends == [Position("e", 3)] * 4
    assert sorted(map(str, history.reads)) == sorted(map(str, [Position("e", 3), Position("other", 0), None]))


async def test_a_failure_reaches_all_who_share_it_and_none_who_asks_later() -> None:
    history = SlowHistory(end=3)
    history.fails = HistoryUnavailableError("away")
    history.may_answer.set()
    reads = SharedReads(history, seconds=60)
    for task in await asked(reads, Position("e", 1), Position("e", 2)):
        with pytest.raises(HistoryUnavailableError, match="away"):
            await task
    history.fails = None
    assert seqs(Position("e", 1), await reads.read("a", Position("e", 1))) == [2, 3]


async def test_one_that_hangs_fails_and_one_who_goes_takes_nobody_with_him() -> None:
    hanging = SharedReads(SlowHistory(end=3), seconds=0.01)
    with pytest.raises(HistoryUnavailableError, match="too long"):
        await hanging.read("a", Position("e", 1))
    history = SlowHistory(end=3)
    goes, stays = await asked(SharedReads(history, seconds=60), Position("e", 1), Position("e", 1))
    goes.cancel()
    history.may_answer.set()
    assert seqs(Position("e", 1), await stays) == [2, 3]


async def test_who_waits_when_it_stops_is_told() -> None:
    reads = SharedReads(SlowHistory(end=3), seconds=60)
    (under_way,) = await asked(reads, Position("e", 1))
    await asyncio.sleep(0)
    (waiting,) = await asked(reads, Position("e", 1))
    await reads.stop()
    for task in (under_way, waiting):
        with pytest.raises(HistoryUnavailableError):
            await task
