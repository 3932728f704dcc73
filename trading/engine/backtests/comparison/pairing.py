"""Which decision of a live run is which of a backtest: by what was decided, and when; in linear time.

Two are the same where they are of one kind (such as a market order that buys) and decided at the close of one candle;
of several the first is the first. What is left of a kind is paired with the next of that kind which is left, as far as
both were decided within the tolerance. What is then left was decided by one run alone.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar

Decision = TypeVar("Decision")


class DecisionPair(NamedTuple, Generic[Decision]):
    """A decision of both runs, or of one: the other is None then; `time` (ms) is that of the earlier one."""

    time: int
    live: Decision | None
    tested: Decision | None


def paired(
    live: Sequence[Decision],
    tested: Sequence[Decision],
    *,
    kind: Callable[[Decision], Hashable],
    decided: Callable[[Decision], int],
    tolerance: int,
) -> list[DecisionPair[Decision]]:
    """Return all decisions in the order of their times (ms), those of both runs together.

    Those of each run come oldest first; `tolerance` is in ms.
    """
    at_once = defaultdict[tuple[Hashable, int], deque[Decision]](deque)
    for one in tested:
        at_once[kind(one), decided(one)].append(one)
    pairs, left = list[DecisionPair[Decision]](), defaultdict[Hashable, list[Decision]](list)
    for one in live:
        same = at_once[kind(one), decided(one)]
        if same:
            pairs.append(DecisionPair(decided(one), one, same.popleft()))
        else:
            left[kind(one)].append(one)
    left_tested = defaultdict[Hashable, list[Decision]](list)
    for (of_kind, _), unpaired in at_once.items():
        left_tested[of_kind] += unpaired
    for of_kind in {**left, **left_tested}:
        pairs += _near(left[of_kind], sorted(left_tested[of_kind], key=decided), decided, tolerance)
    return sorted(pairs, key=lambda pair: pair.time)


def _near(
    live: Sequence[Decision], tested: Sequence[Decision], decided: Callable[[Decision], int], tolerance: int
) -> Iterator[DecisionPair[Decision]]:
    """Yield decisions of one kind, each with the next of the other run that is near enough."""
    at = other = 0
    while at < len(live) and other < len(tested):
        one, two = decided(live[at]), decided(tested[other])
        if abs(one - two) <= tolerance:
            yield DecisionPair(min(one, two), live[at], tested[other])
            at, other = at + 1, other + 1
        elif one < two:
            yield DecisionPair(one, live[at], None)
            at += 1
        else:
            yield DecisionPair(two, None, tested[other])
            other += 1
    yield from (DecisionPair(decided(one), one, None) for one in live[at:])
    yield from (DecisionPair(decided(two), None, two) for two in tested[other:])
