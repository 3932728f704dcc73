"""The slots of bridges: one for the deployment's own market, and one for each further one. Pure."""

from collections.abc import Iterable

from streaming.events import Source

BRIDGE_SLOT = "bridge"
"""That of the deployment's own market."""
_FURTHER_PREFIX = f"{BRIDGE_SLOT}."


def slot_of(further: Source | None) -> str:
    """Return the slot of a further market, or, for None, of the deployment's own: the name of its lease.

    >>> slot_of(None), slot_of(Source.KRAKEN)
    ('bridge', 'bridge.kraken')
    """
    return BRIDGE_SLOT if further is None else f"{_FURTHER_PREFIX}{further.value}"


def is_given_up(lease: str, further: Iterable[Source]) -> bool:
    """Return whether a lease is that of a further market which is read no more: those of now are `further`.

    >>> is_given_up("bridge.kraken", []), is_given_up("bridge.kraken", [Source.KRAKEN]), is_given_up("bridge", [])
    (True, False, False)
    """
    return lease.startswith(_FURTHER_PREFIX) and lease not in map(slot_of, further)
