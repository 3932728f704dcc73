"""The one source of chance: generators that depend on the seed and on what they are for, and on nothing else."""

from random import Random


def generator(seed: int, *purpose: str | int) -> Random:
    """Return a generator of its own for `purpose`; the same seed and purpose give the same numbers on every machine."""
    return Random("/".join(str(part) for part in (seed, *purpose)))  # noqa: S311 - a market, not a secret
