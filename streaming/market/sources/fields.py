"""Reading the fields of the exchange's JSON: exact, and with one error for whatever can't be read.

JSON numbers with a fraction are kept as text, so that no price passes through a binary float. Pure.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec

from streaming.market.sources.errors import ParseError
from streaming.numbers import exact_decimal

Fields = Mapping[str, Any]

_MICROSECONDS_FROM = 100_000_000_000_000
"""Times above this are in microseconds: 1e14 ms would be the year 5138 (binance-public-data's change of 2025-01-01)."""
_LATEST_TIME_MS = 10**14
_INTEGER_LIMIT = 2**63
_LONGEST_NAME = 64

_ISO_TIME = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?Z", re.ASCII)

_decoder = msgspec.json.Decoder(float_hook=str)


def load_json(body: str | bytes) -> Any:
    """Return what the JSON in `body` holds, numbers with a fraction as text; raise `ParseError` where it isn't JSON."""
    try:
        return _decoder.decode(body)
    except (msgspec.DecodeError, ValueError) as error:
        raise ParseError(f"not JSON: {error}") from None
    except RecursionError:
        raise ParseError("not readable: nested too deeply") from None


def load_json_with_half_characters(body: str | bytes) -> Any:
    """Return what `load_json` does, but let half a character (a lone surrogate) in a text stand."""
    try:
        return load_json(body)
    except ParseError as error:
        text = body if isinstance(body, str) else body.decode(errors="replace")
        try:
            return json.loads(text, parse_float=str, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise error from None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def require_object(value: object, what: str) -> Fields:
    """Return `value` where it is a JSON object."""
    if not isinstance(value, dict):
        raise ParseError(f"{what} is not an object")
    return value


def require_list(value: object, what: str) -> Sequence[Any]:
    """Return `value` where it is a JSON array."""
    if not isinstance(value, list):
        raise ParseError(f"{what} is not a list")
    return value


def to_decimal(value: object, name: str) -> Decimal:
    """Return a price or quantity with all its digits."""
    if not isinstance(value, (str, int)) or isinstance(value, bool):
        raise ParseError(f"{name} is not a number")
    try:
        return exact_decimal(str(value))
    except ValueError as error:
        raise ParseError(f"{name} is {error}") from None


def to_integer(value: object, name: str) -> int:
    """Return a whole number of at most 64 bits."""
    if not isinstance(value, int) or isinstance(value, bool) or not -_INTEGER_LIMIT <= value < _INTEGER_LIMIT:
        raise ParseError(f"{name} is not an integer of 64 bits")
    return value


def to_time(value: object, name: str) -> int:
    """Return a time in milliseconds; what is above 1e14 was given in microseconds."""
    number = to_integer(value, name)
    milliseconds = number // 1000 if number > _MICROSECONDS_FROM else number
    if not 0 <= milliseconds <= _LATEST_TIME_MS:
        raise ParseError(f"{name} is not a time: {number}")
    return milliseconds


def to_iso_time(value: object, name: str) -> int | None:
    """Return a time as `2026-07-07T22:58:18.304458Z`, of up to nine decimals, in ms; None for one before 1970."""
    found = _ISO_TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ParseError(f"{name} is not a time")
    try:
        second = datetime.fromisoformat(found[1]).replace(tzinfo=UTC)
    except ValueError:
        raise ParseError(f"{name} is not a time") from None
    milliseconds = int(second.timestamp()) * 1000 + int((found[2] or "").ljust(3, "0")[:3])
    return milliseconds if milliseconds >= 0 else None


def to_name(value: object, name: str) -> str:
    """Return a short text that can be seen, printed and stored: a symbol, an asset, a status."""
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_NAME:
        raise ParseError(f"{name} is not a name")
    if not value.isprintable() or value != value.strip():  # a NUL, half a character, a turn of direction, a space
        raise ParseError(f"{name} holds what no name does")
    return value


def to_flag(value: object, name: str) -> bool:
    """Return a JSON Boolean."""
    if not isinstance(value, bool):
        raise ParseError(f"{name} is not true or false")
    return value


def decimal_of(fields: Fields, key: str) -> Decimal:
    """Return the number under `key`."""
    return to_decimal(fields.get(key), key)


def integer_of(fields: Fields, key: str) -> int:
    """Return the whole number under `key`."""
    return to_integer(fields.get(key), key)


def time_of(fields: Fields, key: str) -> int:
    """Return the time under `key` in milliseconds."""
    return to_time(fields.get(key), key)


def name_of(fields: Fields, key: str) -> str:
    """Return the name under `key`."""
    return to_name(fields.get(key), key)


def flag_of(fields: Fields, key: str) -> bool:
    """Return the Boolean under `key`."""
    return to_flag(fields.get(key), key)


def iso_time_of(fields: Fields, key: str) -> int | None:
    """Return the time under `key` in milliseconds; None where there is none, or one before 1970."""
    return None if fields.get(key) is None else to_iso_time(fields[key], key)


def optional_decimal_of(fields: Fields, key: str) -> Decimal | None:
    """Return the number under `key`; None where there is none."""
    return None if fields.get(key) is None else to_decimal(fields[key], key)
