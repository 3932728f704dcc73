"""Terms: until when something is somebody's, by the time of day of whoever wrote it. Pure.

The time of day may step back. What was written before that would last for longer than it was ever meant to, and nobody
may be alive to write it anew.
"""

from datetime import datetime, timedelta

import msgspec


class LeaseTerm(msgspec.Struct, frozen=True):
    """It ends at `ends` (an aware time); it was begun, or renewed last, for so many `seconds`.

    They are 0 where nobody wrote them, as processes of older versions don't: then only the end counts.
    """

    ends: datetime
    seconds: float

    def is_over(self, now: datetime) -> bool:
        """Return whether it has ended, or was written before the time of day went back."""
        return self.ends <= now or self._is_of_a_later_time(now)

    def left_ms(self, now: datetime) -> int:
        """Return for how many ms it still lasts; negative where it is over, 0 where nobody can tell since when."""
        if self._is_of_a_later_time(now):
            return 0
        return round((self.ends - now).total_seconds() * 1000)

    def _is_of_a_later_time(self, now: datetime) -> bool:
        """Return whether it would last for twice its length: by less, the clocks of two hosts may differ."""
        return self.seconds > 0 and self.ends > now + 2 * timedelta(seconds=self.seconds)
