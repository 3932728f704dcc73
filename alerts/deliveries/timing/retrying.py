"""When a failed delivery is tried again. Pure, but for the chance that is given."""

import random

import msgspec

_SHARE_OF_CHANCE = 0.25


class RetryRules(msgspec.Struct, frozen=True, kw_only=True):
    """Most attempts, and the waits between them in seconds: the first, doubled each time, up to the longest."""

    attempts: int
    first_seconds: float
    longest_seconds: float


def retry_wait(rules: RetryRules, attempts: int, *, pause_seconds: float = 0.0, chance: random.Random) -> float | None:
    """Return how many seconds to wait after `attempts` failed ones (1 or more); None where it was the last one.

    It is up to a quarter longer or shorter by chance, so that what failed together isn't tried together; never shorter
    than the receiver's `pause_seconds`, as far as that isn't longer than the longest wait.
    """
    if attempts >= rules.attempts:
        return None
    doubled = rules.first_seconds * 2.0 ** min(attempts - 1, 60)
    wait = min(doubled, rules.longest_seconds) * chance.uniform(1 - _SHARE_OF_CHANCE, 1 + _SHARE_OF_CHANCE)
    return max(wait, min(pause_seconds, rules.longest_seconds))
