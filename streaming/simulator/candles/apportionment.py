"""Deal whole numbers out so that they sum to what was there, and cost what they must.

Pure arithmetic on lists of whole numbers, for subdivision.py.
"""

from collections.abc import Callable

Bounds = tuple[list[int], list[int]]
"""The least and the most that each part may cost."""

# Where between what its parts cost at least and at most a total should lie, so that they have room on both sides.
_LOWEST_POSITION, _HIGHEST_POSITION = 0.1, 0.9
_FULL_LEAN = 4096


def share(total: int, weights: list[float]) -> list[int]:
    """Return `total` dealt out by weight, in whole numbers that sum to it exactly."""
    whole = sum(weights)
    parts, reached, given = [], 0.0, 0
    for weight in weights:
        reached += weight
        target = min(total, round(total * (reached / whole)))
        parts.append(target - given)
        given = target
    parts[-1] += total - given
    return parts


def spread(total: int, floors: list[int], ceilings: list[int]) -> list[int]:
    """Return whole numbers that sum to `total`, each the same part of the way from its floor to its ceiling.

    Where the total lies outside what floors and ceilings allow, the widest part takes the difference.
    """
    lowest, room = sum(floors), sum(ceilings) - sum(floors)
    excess = min(max(total - lowest, 0), room)
    parts, reached, given = [], 0, 0
    for floor, ceiling in zip(floors, ceilings, strict=True):
        reached += ceiling - floor
        target = excess * reached // room if room else 0
        parts.append(floor + target - given)
        given = target
    widest = max(range(len(parts)), key=ceilings.__getitem__)
    parts[widest] += total - sum(parts)
    return parts


def balanced(
    total: int,
    dealt: list[int],
    highest: list[int],
    lowest: list[int],
    bounds: Callable[[list[int]], Bounds],
) -> list[int]:
    """Return `dealt`, moved as little towards the highest or the lowest prices as lets it cost `total`."""
    position = _position(total, *bounds(dealt))
    if _LOWEST_POSITION <= position <= _HIGHEST_POSITION:
        return dealt
    rising = position > _HIGHEST_POSITION
    extreme = highest if rising else lowest
    little, much = 0, _FULL_LEAN
    leaning = dealt
    while much - little > 1:
        lean = (little + much) // 2
        leaning = _between(dealt, extreme, lean)
        position = _position(total, *bounds(leaning))
        if _LOWEST_POSITION <= position <= _HIGHEST_POSITION:
            break
        too_little = position > _HIGHEST_POSITION if rising else position < _LOWEST_POSITION
        little, much = (lean, much) if too_little else (little, lean)
    return leaning


def _between(dealt: list[int], extreme: list[int], lean: int) -> list[int]:
    """Return whole numbers with the same sum, `lean` of _FULL_LEAN on the way from the one to the other."""
    parts, reached, given = [], 0, 0
    for here, there in zip(dealt, extreme, strict=True):
        reached += there - here
        target = reached * lean // _FULL_LEAN
        parts.append(here + target - given)
        given = target
    return parts


def _position(total: int, floors: list[int], ceilings: list[int]) -> float:
    """Return where `total` lies between the sum of the floors (0) and that of the ceilings (1)."""
    lowest, highest = sum(floors), sum(ceilings)
    return (total - lowest) / (highest - lowest) if highest > lowest else 0.5


def products(prices: list[int], volumes: list[int]) -> list[int]:
    """Return what each part costs at its price."""
    return [price * volume for price, volume in zip(prices, volumes, strict=True)]
