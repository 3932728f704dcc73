"""What numbered channels told, and whether who came back was treated as is promised. Pure.

Times are ms since the epoch. One client that never leaves, the keeper, hears every number as it is told: so it is known
how old what somebody missed was, and whether a number means the same to all.
"""

from collections.abc import Sequence
from typing import TypedDict

import msgspec

from tests.soak.judging.judge import Finding
from tests.soak.judging.types import Feed, Position

NOT_NEXT = "not the next number"
OTHER_MEANING = "one number, two things"
UNNUMBERED = "came without a number"
NOT_RECOVERED = "away for less than the bound, and not recovered"
FALSELY_RECOVERED = "away for longer than the bound, and recovered"
_SLACK_MS = 5_000
"""What may lie between adding an event to a history and hearing it, where processes are halted and killed."""
_LARGEST_EVENT = 100
"""So many frames at most an event is told in: whole events are kept, so by that the history may be longer."""


class _Where(TypedDict):
    witness: str
    feed: Feed
    position: Position
    at: int


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """How much of each channel the deployment keeps: frames, and ms."""

    frames: int
    milliseconds: int


class Return(msgspec.Struct, frozen=True, kw_only=True):
    """One client that came back to a channel: from where, how long it was away, and what it was answered."""

    witness: str
    feed: Feed
    since: Position
    left_at: int
    back_at: int
    recovered: bool
    reason: str = ""
    end: Position | None = None

    @property
    def missed(self) -> int | None:
        """How many frames were told meanwhile; None where the answer doesn't tell."""
        same = self.end is not None and self.end.epoch == self.since.epoch
        return self.end.seq - self.since.seq if same and self.end is not None else None


class Numbers:
    """What each number of each channel meant, and when the keeper heard it."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._meanings: dict[tuple[Feed, Position], tuple[str, int]] = {}
        self._heard: dict[tuple[Feed, Position], int] = {}
        self._returns: list[Return] = []
        self.findings: list[Finding] = []
        self.recovered = 0
        self.refused = 0
        self.longest_away = 0

    def take(self, witness: str, feed: Feed, position: Position, before: Position | None, *, at: int,
             meaning: tuple[str, int], is_keeper: bool) -> None:  # fmt: skip
        """Take a numbered frame; `before` is the last that the witness saw, or where its subscription stood."""
        where: _Where = {"witness": witness, "feed": feed, "position": position, "at": at}
        known = self._meanings.setdefault((feed, position), meaning)
        if known != meaning:
            self._find(OTHER_MEANING, f"{meaning} here, {known} elsewhere", **where)
        if before is not None and not _follows(position, before):
            self._find(NOT_NEXT, f"after {before.seq} of {before.epoch}", **where)
        if is_keeper:
            self._heard[feed, position] = at

    def take_unnumbered(self, witness: str, feed: Feed, key: int, at: int) -> None:
        """Take something of which every one counts, and which came without a number."""
        self._find(UNNUMBERED, "", witness=witness, feed=feed, position=Position("", key), at=at)

    def take_return(self, one: Return) -> None:
        """Take that somebody came back; it is judged in the end, when the keeper has heard what it missed."""
        self._returns.append(one)
        self.recovered += one.recovered
        self.refused += not one.recovered
        if one.recovered:
            self.longest_away = max(self.longest_away, one.back_at - one.left_at)

    def judged(self) -> list[Finding]:
        """Return all findings, those of the returns among them."""
        return [*self.findings, *(found for one in self._returns if (found := self._judge(one)) is not None)]

    def _judge(self, one: Return) -> Finding | None:
        what = FALSELY_RECOVERED if one.recovered else NOT_RECOVERED
        is_wrong = self._is_past_bound(one) if one.recovered else self._is_within_bound(one)
        if not is_wrong:
            return None
        away = f"away for {(one.back_at - one.left_at) / 1000:.1f} s, {one.missed} frames; {one.reason}"
        return _finding(what, away, witness=one.witness, feed=one.feed, position=one.since, at=one.back_at)

    def _is_within_bound(self, one: Return) -> bool:
        was_short = one.back_at - one.left_at < self._bounds.milliseconds - _SLACK_MS
        return was_short and (one.missed is None or one.missed <= self._bounds.frames)

    def _is_past_bound(self, one: Return) -> bool:
        """Return whether something that was missed can't have been kept any more."""
        if one.missed is None or one.missed > self._bounds.frames + _LARGEST_EVENT:
            return True
        if one.missed == 0 or one.end is None:
            return False
        first = self._heard.get((one.feed, Position(one.since.epoch, one.since.seq + 1)))
        last = self._heard.get((one.feed, one.end))
        longest = self._bounds.milliseconds + _SLACK_MS
        return (first is not None and last is not None and last - first > longest) or (
            last is not None and one.back_at - last > longest
        )

    def _find(self, what: str, detail: str, *, witness: str, feed: Feed, position: Position, at: int) -> None:
        detail = f"epoch {position.epoch}, {detail}"
        self.findings.append(_finding(what, detail, witness=witness, feed=feed, position=position, at=at))


def _follows(position: Position, before: Position) -> bool:
    return position == Position(before.epoch, before.seq + 1)


def _finding(what: str, detail: str, *, witness: str, feed: Feed, position: Position, at: int) -> Finding:
    seq = position.seq
    return Finding(what=what, witness=witness, feed=feed, first=seq, last=seq, count=1, time=at, detail=detail)


def kinds(findings: Sequence[Finding], *what: str) -> int:
    """Return how many findings are of these kinds."""
    return sum(one.what in what for one in findings)
