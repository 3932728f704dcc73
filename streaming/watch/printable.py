"""Values as text that a terminal can be trusted with: nothing that a server says moves its cursor. Pure."""

from decimal import Decimal
from typing import Any

import msgspec

from streaming.numbers import json_number

_encode = msgspec.json.Encoder().encode


def printable(text: str) -> str:
    """Return `text` with what is no visible character written as its escape."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def plain(value: Any) -> str:
    """Return a value of a frame as text: numbers with exactly their digits and no exponent, the rest as JSON."""
    return printable(value) if isinstance(value, str) else compact(value)


def compact(value: Any) -> str:
    """Return a value of a frame as JSON without spaces, with exact numbers."""
    return printable(_encode(_exact(value)).decode())


def _exact(value: Any) -> Any:
    match value:
        case Decimal():
            return json_number(value)
        case dict():
            return {key: _exact(one) for key, one in value.items()}
        case list():
            return [_exact(one) for one in value]
        case _:
            return value
