"""The firings that wait to be stored: which number each has, whether it is late, and whether it is noise. Pure."""

from collections.abc import Collection

import msgspec

from alerts.conditions.rule import Condition, Firing
from alerts.firing.noise_limits import Noise, NoiseLimits
from alerts.firing.types import NumberedFiring
from streaming.clock import Clock

LATE_MOMENT_MS = 60_000
"""A signal or a transfer that is told so long after it happened fires late: whoever told it was away in between."""


class UnstoredFirings:
    """Firings in their order, numbered by rule. True where there are any."""

    def __init__(self, noise: NoiseLimits, clock: Clock) -> None:
        self._noise = Noise(noise)
        self._clock = clock
        self._numbers: dict[int, int] = {}
        self._waiting: list[NumberedFiring] = []

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def number_from(self, rule_id: int, stored: int) -> int:
        """Go on behind a rule's firings, of which so many are stored; return how many more wait to be."""
        newest = max((one.number for one in self._waiting if one.firing.rule_id == rule_id), default=0)
        self._numbers[rule_id] = max(stored, newest)
        return self._numbers[rule_id] - stored

    def forget_number(self, rule_id: int) -> None:
        """Forget how far a rule's numbers have come; those of its firings that wait stay."""
        self._numbers.pop(rule_id, None)

    def add(self, firing: Firing, condition: Condition, owner_id: int) -> None:
        """Let a firing wait, at a condition of a rule of that owner."""
        if condition.series.is_occasional and firing.time < self._clock.now_ms() - LATE_MOMENT_MS:
            firing = msgspec.structs.replace(firing, late=True)
        number = self._numbers[firing.rule_id] = self._numbers[firing.rule_id] + 1
        collapse = self._noise.is_noise(firing.rule_id, owner_id, firing.time)
        self._waiting.append(NumberedFiring(number=number, firing=firing, condition=condition, collapse=collapse))

    def give_up(self, rule_ids: Collection[int]) -> None:
        """Forget those of some rules."""
        self._waiting = [one for one in self._waiting if one.firing.rule_id not in rule_ids]

    def take(self) -> tuple[NumberedFiring, ...]:
        """Hand on all that wait."""
        taken, self._waiting = tuple(self._waiting), []
        return taken
