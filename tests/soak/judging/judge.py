"""The judge: has each witness seen all that was made while it was there, once and in order, or been told? Pure.

What is made while nothing is wrong is owed within `latency`. What is made in a trouble, or so shortly before one that
it could not arrive, is owed `recovery` after the trouble's end: until then it may still be fetched, or told of. The
next trouble prolongs that, but to no more than `most` after it was made. A stay that ended before something was owed
lost it with the connection, which the client knows. Times are ms since the epoch.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import msgspec

from tests.soak.judging.ledger import Ledger, Oddity
from tests.soak.judging.truth import Made, Truth
from tests.soak.judging.types import Feed, Item, Trouble

UNTOLD = "lost, untold"
FALSELY_COMPLETE = "lost, though told that the gap was filled"


class WriteTimeout(msgspec.Struct, frozen=True, kw_only=True):
    """How long something may take to arrive, in ms: without trouble, after one, and at most."""

    latency: int = 10_000
    recovery: int = 90_000
    most: int = 240_000
    last: int = 3_000
    """What was made so shortly before the end of a run may still be on its way."""

    def due(self, time: int, troubles: Iterable[Trouble]) -> int:
        """Return when an item of that time is owed; `troubles` are in order of their start."""
        due = time + self.latency
        for trouble in troubles:
            if trouble.start <= due and time <= trouble.end + self.recovery:
                due = max(due, trouble.end + self.recovery)
        return min(due, time + self.most)


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something that must not be: items `first` to `last` of a feed (ids, or open times), and when they were made."""

    what: str
    witness: str
    feed: Feed
    first: int
    last: int
    count: int
    time: int
    detail: str = ""

    def __str__(self) -> str:
        """Return it in one line."""
        span = str(self.first) if self.first == self.last else f"{self.first} to {self.last} ({self.count})"
        return f"{self.what}: {self.feed} {span} made {clock(self.time)}, witness {self.witness} {self.detail}".rstrip()


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What was found of the stays that were judged.

    `owed` items had to come or to be told of, and did but for the findings. `seen` items came, of which `repaired` were
    marked so and `late` came after more than the usual latency; `told` were missed, and told of; `gaps` were told of,
    filled or not.
    """

    findings: tuple[Finding, ...] = ()
    stays: int = 0
    owed: int = 0
    seen: int = 0
    repaired: int = 0
    late: int = 0
    told: int = 0
    gaps: int = 0

    def __add__(self, other: "Verdict") -> "Verdict":
        """Return both together."""
        mine, others = msgspec.structs.asdict(self), msgspec.structs.asdict(other)
        return Verdict(**{name: mine[name] + others[name] for name in mine})

    @property
    def lost(self) -> int:
        """How many items were lost without a word."""
        return sum(one.count for one in self.findings if one.what in {UNTOLD, FALSELY_COMPLETE})

    def count(self, *oddities: Oddity) -> int:
        """Return how many items were odd in one of these ways."""
        return sum(one.what in oddities for one in self.findings)


def clock(time: int) -> str:
    """Return a moment as people read it, UTC."""
    return datetime.fromtimestamp(time / 1000, UTC).strftime("%H:%M:%S.%f")[:-3]


def judge(
    ledgers: Iterable[Ledger],
    truth: Truth,
    troubles: Sequence[Trouble],
    *,
    now: int,
    patience: WriteTimeout,
    is_over: bool = False,
) -> Verdict:
    """Judge what has been seen until `now`. Stays that go on are judged for what is owed by now.

    `is_over`: in the end, when all that was wrong has had its time, those owe everything but the very last.
    """
    verdict = Verdict()
    for ledger in ledgers:
        made = truth[ledger.feed]
        owed = owed_items(ledger, made, troubles, now=now, patience=patience, is_over=is_over)
        missing = [item for item in owed if item.key not in ledger.seen]
        lost = [(what, item) for item in missing if (what := _how_lost(item, ledger)) is not None]
        findings = (*_runs(lost, ledger), *_oddities(ledger, made, troubles, patience))
        verdict += Verdict(
            findings=findings,
            stays=1,
            owed=len(owed),
            seen=len(ledger.seen),
            repaired=ledger.repaired,
            late=_count_late(ledger, made, patience),
            told=len(missing) - len(lost),
            gaps=len(ledger.resyncs),
        )
    return verdict


def is_owed_anything(ledger: Ledger, truth: Truth, *, now: int, patience: WriteTimeout) -> bool:
    """Return whether an open stay would be found wanting if the run were over."""
    owed = owed_items(ledger, truth[ledger.feed], (), now=now, patience=patience, is_over=True)
    return any(item.key not in ledger.seen and _how_lost(item, ledger) for item in owed)


def owed_items(
    ledger: Ledger, made: Made, troubles: Sequence[Trouble], *, now: int, patience: WriteTimeout, is_over: bool = False
) -> Sequence[Item]:
    """Return what a witness must have seen by now, or have been told of, in order."""
    if ledger.owed_from is None:
        return []
    if ledger.ended_at is None and is_over:
        return made.between(ledger.owed_from, now - patience.last)
    until = now if ledger.ended_at is None else ledger.ended_at
    owed = made.between(ledger.owed_from, until)
    return [item for item in owed if item.key in ledger.seen or patience.due(item.time, troubles) <= until]


def _how_lost(item: Item, ledger: Ledger) -> str | None:
    """Return how an item was lost; None where the witness was told that it was."""
    covering = [one for one in ledger.resyncs if one.covers(item)]
    if not covering:
        return UNTOLD
    return FALSELY_COMPLETE if all(one.complete for one in covering) else None


def _runs(lost: Sequence[tuple[str, Item]], ledger: Ledger) -> list[Finding]:
    """Join losses of the same kind that lie within two seconds of each other."""
    runs: list[list[tuple[str, Item]]] = []
    for what, item in lost:
        if runs and runs[-1][0][0] == what and item.time - runs[-1][-1][1].time <= _RUN_MS:
            runs[-1].append((what, item))
        else:
            runs.append([(what, item)])
    return [_loss(run, ledger) for run in runs]


_RUN_MS = 2000
_NEARBY_MS = 30_000


def _loss(run: Sequence[tuple[str, Item]], ledger: Ledger) -> Finding:
    (what, first), (_, last) = run[0], run[-1]
    left = "" if ledger.ended_at is None else f", left {clock(ledger.ended_at)} ({ledger.end_reason})"
    return Finding(
        what=what,
        witness=ledger.witness,
        feed=ledger.feed,
        first=first.key,
        last=last.key,
        count=len(run),
        time=first.time,
        detail=f"until {clock(last.time)}; there since {clock(ledger.began_at)}{left}; {_nearby(ledger, first, last)}",
    )


def _nearby(ledger: Ledger, first: Item, last: Item) -> str:
    """Return, in words, what was told of gaps about then: the nearest clue to why something was lost."""
    nearby = [
        one for one in ledger.resyncs if first.began - _NEARBY_MS <= one.end and one.start <= last.time + _NEARBY_MS
    ]
    spans = (f"{clock(one.start)} to {clock(one.end)} {'filled' if one.complete else 'not filled'}" for one in nearby)
    return f"told nearby of gaps: {', '.join(spans) or 'none'}"


def _oddities(ledger: Ledger, made: Made, troubles: Sequence[Trouble], patience: WriteTimeout) -> list[Finding]:
    """Return what was odd; disorder only where the exchange itself was in order."""
    findings = []
    for struck in ledger.struck:
        item = made.get(struck.key)
        time = struck.at if item is None else item.time
        if struck.oddity is Oddity.DISORDER and patience.due(time, troubles) > time + patience.latency:
            continue
        findings.append(
            Finding(
                what=struck.oddity.value,
                witness=ledger.witness,
                feed=ledger.feed,
                first=struck.key,
                last=struck.key,
                count=1,
                time=time,
                detail=f"at {clock(struck.at)}, {struck.against}",
            )
        )
    return findings


def _count_late(ledger: Ledger, made: Made, patience: WriteTimeout) -> int:
    came = ((made.get(key), at) for key, at in ledger.seen.items())
    return sum(item is not None and at - item.time > patience.latency for item, at in came)
