"""Whose turn it is to tell the deployment's health, so that it is told once, and goes on being told. Pure.

The gateway that holds the lease speaks, with the lease's fencing number as its epoch; readers drop lower ones.

While the database doesn't answer nobody can hold the lease: it can be neither renewed nor taken. Then the gateway that
spoke last goes on, and where that has gone too the oldest of those left stands in; both with the highest epoch that was
ever heard, which is lower than that of the next holder. Each gateway says in its counts with which epoch it speaks, so
one that alone is cut off from the database hears that another holds the lease, and is silent.
"""

from collections.abc import Iterable, Sequence

from streaming.gateway.deployment.gateway_counts import GatewayCounts


class HealthTurn:
    """Says with which epoch this gateway speaks of the deployment's health, if it is to.

    `held` is the fencing number of the lease while it is ours.
    """

    def __init__(self) -> None:
        self.held: int | None = None
        self._spoken: int | None = None
        self._highest = 1  # an epoch of 0 would be nobody's, and never be superseded

    def epoch(self, own: GatewayCounts, others: Sequence[GatewayCounts], *, database_answers: bool) -> int | None:
        """Return the epoch to speak with now; None where it is another's turn, or nobody's yet."""
        self._highest = max([self._highest, self.held or 0, *_epochs(others)])
        if self.held is not None:
            self._spoken = self.held
        elif database_answers or not self._stands_in(own, others):
            self._spoken = None
        else:
            self._spoken = self._highest
        return self._spoken

    def _stands_in(self, own: GatewayCounts, others: Sequence[GatewayCounts]) -> bool:
        if self._spoken is not None:
            mine = _right(self._spoken, own)
            return all(mine > _right(epoch, other) for other in others if (epoch := other.health_epoch) is not None)
        return not list(_epochs(others)) and all(_seniority(own) > _seniority(other) for other in others)


def _epochs(gateways: Iterable[GatewayCounts]) -> list[int]:
    return [counts.health_epoch for counts in gateways if counts.health_epoch is not None]


def _right(epoch: int, counts: GatewayCounts) -> tuple[int, tuple[int, str]]:
    return (epoch, _seniority(counts))


def _seniority(counts: GatewayCounts) -> tuple[int, str]:
    return (-counts.started_at, counts.process_id)
