"""All parts are looked at, whatever one of them does."""

import threading
from collections.abc import Iterator

from config.doctor.examination import examine
from config.doctor.findings import Finding, State, ok


def test_it_ends_in_time_and_tells_what_a_part_that_hangs_had_found() -> None:
    let_go = threading.Event()

    def hang() -> Iterator[Finding]:
        yield ok("slow", "first")
        let_go.wait(60)

    def stand() -> Iterator[Finding]:
        yield ok("quick", "there")

    found = list(examine({"slow": hang, "quick": stand}, seconds=0.2))
    let_go.set()
    assert [(one.state, one.subject, one.text) for one in found] == [
        (State.OK, "slow", "first"),
        (State.FAILED, "slow", "no answer within 0.2 s"),
        (State.OK, "quick", "there"),
    ]


def test_it_tells_of_a_part_that_can_not_be_looked_at() -> None:
    def fail() -> Iterator[Finding]:
        raise LookupError("odd")

    (found,) = examine({"part": fail}, seconds=60)
    assert (found.state, found.text) == (State.FAILED, "it can't be looked at: LookupError('odd')")
