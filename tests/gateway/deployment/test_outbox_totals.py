"""The totals of all outboxes of a process. Pure."""

from typing import NamedTuple

from streaming.gateway.deployment.outbox_totals import OutboxTotals


class Counted(NamedTuple):
    """What an outbox counts."""

    sent: int
    conflated: int
    waiting_bytes: int


def test_it_adds_up_those_who_stay_and_those_who_went() -> None:
    totals = OutboxTotals()
    totals.ended(Counted(10, 3, 0))
    totals.look([Counted(100, 1, 500), Counted(5, 0, 70)])
    assert (totals.sent, totals.conflated, totals.waiting_bytes) == (115, 4, 570)


def test_it_counts_nobody_twice_who_goes_between_two_looks() -> None:
    totals, leaving = OutboxTotals(), Counted(7, 2, 90)
    totals.look([leaving])
    totals.ended(leaving)
    totals.look([])
    assert (totals.sent, totals.conflated, totals.waiting_bytes) == (7, 2, 0)
