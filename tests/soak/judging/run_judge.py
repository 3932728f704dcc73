"""The judge of a whole run: judges each stay when it is over, so that the ledgers of hours needn't be kept. Pure."""

from collections.abc import Iterable, Sequence

import msgspec

from tests.soak.clients.witness import Witness
from tests.soak.judging.judge import Finding, Verdict, WriteTimeout, is_owed_anything, judge
from tests.soak.judging.ledger import Ledger
from tests.soak.judging.truth import Truth
from tests.soak.judging.types import Trouble


class RunJudge:
    """Judges stays as they end. `begin` and `end` tell of the troubles, in ms since the epoch."""

    def __init__(self, truth: Truth, witnesses: Sequence[Witness], patience: WriteTimeout) -> None:
        self._truth = truth
        self._witnesses = witnesses
        self._patience = patience
        self._troubles: list[Trouble] = []
        self._began: int | None = None
        self._verdict = Verdict()

    def begin(self, at: int) -> None:
        """Take that something is wrong from now."""
        self._began = at

    def end(self, at: int) -> None:
        """Take that nothing is wrong any more."""
        if self._began is not None:
            self._troubles.append(Trouble(self._began, at))
        self._began = None

    def look(self, now: int, *, is_over: bool = False) -> Verdict:
        """Judge what can be judged now; in the end (`is_over`), everything."""
        troubles = self._known(now)
        for witness in self._witnesses:
            closed, witness.closed = witness.closed, []
            self._verdict += judge(closed, self._truth, troubles, now=now, patience=self._patience)
        return self._verdict + judge(
            self._open, self._truth, troubles, now=now, patience=self._patience, is_over=is_over
        )

    def is_owed_anything(self, now: int) -> bool:
        """Return whether anything is still missing that may come yet."""
        return any(is_owed_anything(ledger, self._truth, now=now, patience=self._patience) for ledger in self._open)

    @property
    def _open(self) -> list[Ledger]:
        return [ledger for witness in self._witnesses for ledger in witness.open.values()]

    def _known(self, now: int) -> list[Trouble]:
        ongoing = [] if self._began is None else [Trouble(self._began, now)]
        return [*self._troubles, *ongoing]


def joined(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings by time, those that several witnesses have in common as one."""
    common: dict[tuple[str, str, int, int], list[Finding]] = {}
    for one in findings:
        common.setdefault((one.what, str(one.feed), one.first, one.last), []).append(one)
    together = [
        msgspec.structs.replace(same[0], witness="; ".join(sorted({one.witness for one in same})))
        for same in common.values()
    ]
    return sorted(together, key=lambda one: (one.time, one.feed))
