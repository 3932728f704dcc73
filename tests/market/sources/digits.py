"""Values as the recorded cases name them: numbers by the digits that they have on the wire."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from streaming.events import Level


def digits(value: object) -> object:
    """Return a number's digits; whatever else it is as it is."""
    return format(value, "f") if isinstance(value, Decimal) else value


def level(given: Level) -> list[object]:
    """Return a level as price and quantity."""
    return [digits(given.price), digits(given.quantity)]


def check_values(found: object, expect: Mapping[str, Any], names: Mapping[str, str]) -> None:
    """Check that `found` has the values of `expect`, under the names that `names` gives to some of them."""
    for name, value in expect.items():
        assert digits(getattr(found, names.get(name, name))) == value, name
