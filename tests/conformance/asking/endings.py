"""How connections end."""

from tests.conformance.places import Place

WITHIN_SECONDS = 2.0


def ending(place: Place, code: int, reason: str) -> tuple[int | None, str]:
    """Return how a connection ends where the server sends a close frame: Daphne's have no reason."""
    return (code, "" if place.is_daphne else reason)
