"""One gap of one topic, while it is open. Pure."""

from typing import NamedTuple

from streaming.events import Resync


class StillOpen(NamedTuple):
    """What is told of a gap before anything of after it, while what is missing is still looked for."""

    resync: Resync


class Gap:
    """A gap that began at `since` (ms, by the exchange's clock); it is told of where `is_told`.

    `is_awaiting`: nothing flows yet. `has_no_end`: what came after it isn't known yet. `back_at`: what ended earlier
    belongs to it. `is_incomplete`: a part of it is given up. `is_inherited`: it began before our turn. `ask_at`: from
    when on (monotonic seconds) REST is to be asked, None for not yet; `hold_until`: until when newer events wait, None
    where none came. `filled_to`: the highest number that was missing and was found. `is_announced`: it was told of
    while it was open. `retries`: how often REST is to be asked again, for it failed or had nothing new.
    """

    def __init__(self, since: int, *, opened: float, is_told: bool = False) -> None:
        self.since = since
        self.until = since
        self.back_at = since
        self.opened = opened
        self.is_told = is_told
        self.is_awaiting = False
        self.has_no_end = False
        self.is_incomplete = False
        self.is_inherited = False
        self.ask_at: float | None = None
        self.hold_until: float | None = None
        self.filled_to = -1
        self.is_announced = False
        self.pages = 0
        self.retries = 0

    def ask_from(self, moment: float) -> None:
        """Let REST be asked from `moment` on, if not earlier already."""
        self.ask_at = moment if self.ask_at is None else min(moment, self.ask_at)

    def postpone(self, now: float, retry: float, longest: float) -> None:
        """Ask again: in `retry` seconds, then ever later, at the latest in `longest`.

        So it is after a failure, and after an answer with nothing new.
        """
        self.ask_at = now + min(longest, retry * 2.0 ** min(self.retries, 16))
        self.retries += 1

    def hold_from(self, now: float, seconds: float) -> None:
        """Let newer events wait, where they don't already."""
        if self.hold_until is None:
            self.hold_until = now + seconds

    def holds(self, now: float) -> bool:
        """Return whether newer events wait."""
        return self.hold_until is not None and now < self.hold_until

    def resync(self, *, complete: bool) -> Resync:
        """Return what is told of it once it is closed."""
        end = max(self.since, self.until)
        return Resync(time=end, start=self.since, end=end, complete=complete)
