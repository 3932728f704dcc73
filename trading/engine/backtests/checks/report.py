"""What the checks found: whether a run can be believed, and where not."""

from enum import StrEnum

import msgspec

MOST_DIFFERENCES = 20
MOST_GAPS = 100


class Verdict(StrEnum):
    """What a check found. `NOT_CHECKED` where there was nothing to compare, or the check was stopped before."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not_checked"


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """The first decision (order or signal) that was another, or missing, once candles were cut off; `time` in ms.

    `expected` is what was decided with all candles, `found` what without those; in words, empty for nothing.
    """

    time: int
    expected: str
    found: str


class LookAheadReport(msgspec.Struct, frozen=True, kw_only=True):
    """Whether decisions stay the same where the candles end right after them: over so many `cuts` and `decisions`."""

    verdict: Verdict = Verdict.NOT_CHECKED
    cuts: int = 0
    decisions: int = 0
    differences: tuple[Difference, ...] = ()


class WarmUpReport(msgspec.Struct, frozen=True, kw_only=True):
    """Whether decisions stay the same with more history before the start.

    `candles` is how many the indicators need; `histories` with how many before the start it was run, and `compared`
    over how many from there on. `settled_after` is the candle from which on the decisions were the same. `FAILED` where
    over a tenth of them differed in the second half still.
    """

    verdict: Verdict = Verdict.NOT_CHECKED
    candles: int = 0
    histories: tuple[int, ...] = ()
    compared: int = 0
    decisions: int = 0
    settled_after: int = 0
    differences: tuple[Difference, ...] = ()


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """Candles that are missing: from when to when (ms, the end excluded), and how many."""

    start: int
    end: int
    candles: int


class DataGapsReport(msgspec.Struct, frozen=True, kw_only=True):
    """What is missing of the candles of the range: how many, in how many gaps, and the first of these."""

    verdict: Verdict = Verdict.NOT_CHECKED
    candles: int = 0
    missing: int = 0
    gap_count: int = 0
    gaps: tuple[Gap, ...] = ()

    @property
    def share(self) -> float:
        """The share of the range's candles that is missing."""
        return self.missing / (self.candles + self.missing) if self.missing else 0.0


class PathDependenceReport(msgspec.Struct, frozen=True, kw_only=True):
    """How many of the fills depended on which price came first within their candle, which nothing tells.

    `finer_candles` is in how many candles finer ones decided it. `FAILED` from a tenth of the fills on.
    """

    verdict: Verdict = Verdict.NOT_CHECKED
    fills: int = 0
    dependent: int = 0
    share: float = 0.0
    finer_candles: int = 0


class ChecksReport(msgspec.Struct, frozen=True, kw_only=True):
    """All checks of a run; `is_full` where they looked at the whole run, and not only around some of its decisions."""

    look_ahead: LookAheadReport = LookAheadReport()
    warm_up: WarmUpReport = WarmUpReport()
    data_gaps: DataGapsReport = DataGapsReport()
    path_dependence: PathDependenceReport = PathDependenceReport()
    is_full: bool = False

    @property
    def failed(self) -> tuple[str, ...]:
        """The names of the checks that failed."""
        names = ("look_ahead", "warm_up", "data_gaps", "path_dependence")
        return tuple(name for name in names if getattr(self, name).verdict is Verdict.FAILED)
