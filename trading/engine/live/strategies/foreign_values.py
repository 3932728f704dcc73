"""What a strategy's own code gives, as rows and messages can hold it: else nothing of what it did could be stored."""

from decimal import Decimal

_MOST_DECIMALS = 18
MOST_HORIZON = 100_000
"""So many candles ahead a signal may speak at most: who judges it counts them."""
MOST_VERSION = 2**31 - 1
_REPLACED = "\N{REPLACEMENT CHARACTER}"


def storable_text(text: str) -> str:
    """Return a text without what no row holds (NUL) and what can't be encoded (halves of surrogate pairs)."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", _REPLACED)


def storable_confidence(confidence: Decimal | float) -> Decimal:
    """Return a confidence with at most 18 decimals, a float's as it is written; raise `ValueError` beyond 0 to 1."""
    given = Decimal(str(float(confidence)) if isinstance(confidence, float) else confidence)
    if not 0 <= given <= 1:
        raise ValueError("a signal's confidence must be from 0 to 1")
    exponent = given.as_tuple().exponent
    assert isinstance(exponent, int)  # noqa: S101 - it is finite
    return abs(given if -_MOST_DECIMALS <= exponent <= 0 else round(given, _MOST_DECIMALS))


def storable_count(name: str, count: int, *, most: int) -> int:
    """Return a whole number from 1 to `most`; raise `ValueError` with its name for any other, and for what is none."""
    if type(count) is not int or not 1 <= count <= most:
        raise ValueError(f"a prediction's {name} must be a whole number from 1 to {most}")
    return count
