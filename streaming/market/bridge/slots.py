"""The slots of bridges: which there are, what their leases are called, and which symbols are whose. Pure.

The deployment's own market has one slot, or several that share its symbols; each further market has one.
"""

from collections.abc import Collection, Sequence
from functools import lru_cache
from hashlib import blake2b

from streaming.events import Source

BRIDGE_SLOT = "bridge"
"""The first of the deployment's own market: besides its share of the symbols, what is of no symbol is read there."""
BRIDGES = f"{BRIDGE_SLOT}s"
"""Under this name the processes that share the slots say that they live; each slot is told by its lease."""
MOST_SLOTS = 32
"""As the setting is bounded, whose module knows no other; fencing numbers are counted over all that there may be."""
_FURTHER_PREFIX = f"{BRIDGE_SLOT}."
_REMEMBERED_SYMBOLS = 50_000


def slot_of(further: Source | None, place: int = 1) -> str:
    """Return the slot of a further market, or, for None, that of a place from 1 on: the name of its lease.

    >>> slot_of(None), slot_of(None, 2), slot_of(Source.KRAKEN)
    ('bridge', 'bridge.2', 'bridge.kraken')
    """
    if further is not None:
        return f"{_FURTHER_PREFIX}{further.value}"
    return BRIDGE_SLOT if place == 1 else f"{_FURTHER_PREFIX}{place}"


def shared_slots(count: int) -> list[str]:
    """Return the slots that share the deployment's own market, in their order.

    >>> shared_slots(3)
    ['bridge', 'bridge.2', 'bridge.3']
    """
    return [slot_of(None, place) for place in range(1, count + 1)]


@lru_cache(_REMEMBERED_SYMBOLS)
def place_of(symbol: str, count: int) -> int:
    """Return the place, from 1 to `count`, of the slot that has a symbol; what is of no symbol (empty) is at the first.

    By rendezvous hashing: with a slot more, each symbol stays where it is or goes to the new one.

    >>> place_of("", 4), place_of("BTCUSDT", 1)
    (1, 1)
    """
    if not symbol or count == 1:
        return 1
    return max(range(1, count + 1), key=lambda place: _weight(symbol, place))


def _weight(symbol: str, place: int) -> bytes:
    return blake2b(f"{place} {symbol}".encode(), digest_size=8).digest()


def is_given_up(name: str, further: Collection[Source], *, count: int) -> bool:
    """Return whether a lease is of a slot that nobody is to fill now.

    `further` are the markets that are read beside the deployment's own, which has `count` slots.

    >>> is_given_up("bridge.kraken", [], count=1), is_given_up("bridge.kraken", [Source.KRAKEN], count=1)
    (True, False)
    >>> is_given_up("bridge.2", [], count=1), is_given_up("bridge.2", [], count=2), is_given_up("health", [], count=1)
    (True, False, False)
    """
    return name.startswith(_FURTHER_PREFIX) and name not in all_slots(further, count=count)


def all_slots(further: Collection[Source], *, count: int) -> Sequence[str]:
    """Return all slots that are to be filled: of the deployment's own market, and of each further one."""
    return [*shared_slots(count), *map(slot_of, further)]
