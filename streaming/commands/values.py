"""Reading single values of parameters: text, numbers, choices. Pure.

Each reader takes a value as JSON or text gave it, and returns what it says, or raises `ValueError` with what the value
must be ("a whole number from 1 to 500"), which makes a sentence behind the parameter's name.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import inspect

from streaming.numbers import exact_decimal
from streaming.times import time_of

ABOVE, LEAST, BELOW, MOST = "above", "least", "below", "most"
"""The bounds of a Decimal, which `Meta(extra={...})` gives: msgspec has them for its own numbers only."""
POSITIVE = msgspec.Meta(extra={ABOVE: Decimal(0)})
NOT_NEGATIVE = msgspec.Meta(extra={LEAST: Decimal(0)})
LINES = msgspec.Meta(extra={"lines": True})
"""Of a text: it may have several lines, each ended by `\\n`."""
TIME = msgspec.Meta(extra={"time": True})
"""Of a whole number: it is a time in ms since the epoch, which may be given as ISO 8601, too."""
_TIME_SCHEMAS = ({"type": "string", "format": "date-time"}, {"type": "integer"})
TIME_AS_GIVEN = msgspec.Meta(extra_json_schema={"anyOf": [*_TIME_SCHEMAS]}, extra=TIME.extra)
"""The same where its schema, too, says that both may be given."""
OPTIONAL_TIME_AS_GIVEN = msgspec.Meta(extra_json_schema={"anyOf": [*_TIME_SCHEMAS, {"type": "null"}]}, extra=TIME.extra)
"""The same of a time that may be null."""
ANY_CHARACTERS = msgspec.Meta(extra={"any_characters": True})
"""Of a text: every character but NUL may stand in it, and counts, as in a password."""
TRIMMED = msgspec.Meta(extra={"any_characters": True, "trimmed": True})
"""The same without the white space around it, which comes along where people paste."""
TRIMMED_NOT_NULL = msgspec.Meta(extra={"any_characters": True, "trimmed": True, "not_null": True})
"""The same for what may be left out, but not by null."""
JSON_ONLY = msgspec.Meta(extra={"json_only": True, "not_null": True})
"""Of a truth value: no text is taken for one; it may be left out, but not by null."""
_KINDS_OF_TEXT = ("lines", "any_characters", "trimmed")
LONGEST_TEXT = 1000

_SMALLEST, _LARGEST = -(2**63), 2**63 - 1
"""What a database's column holds, where a parameter names no bounds."""
_LONGEST_WHOLE = 20

Read = Callable[[object], Any]


def reader_of_type(of: inspect.Type, bounds: Mapping[str, Any]) -> Read:
    """Return what reads a type of single values, with `bounds` as in `Meta(extra=…)`; raise `TypeError` for others."""
    match of:
        case inspect.IntType():
            read = time_of if "time" in bounds else _whole_number_of(of)
        case inspect.StrType(min_length=shortest, max_length=longest, pattern=pattern):
            read = text(shortest, longest, pattern, **{name: True for name in _KINDS_OF_TEXT if name in bounds})
        case inspect.EnumType(cls=options):
            read = choice({option.value: option for option in options})
        case inspect.LiteralType(values=literals):
            read = choice({literal: literal for literal in literals if literal is not None})
        case inspect.DecimalType():
            read = exact_number(bounds)
        case inspect.BoolType():
            read = truth if "json_only" in bounds else boolean
        case inspect.AnyType():
            read = anything
        case _:
            raise TypeError(f"no parameter can be of this type: {of}")
    return read


def _whole_number_of(of: inspect.IntType) -> Read:
    smallest, largest = (of.ge if of.gt is None else of.gt + 1), (of.le if of.lt is None else of.lt - 1)
    return whole_number(smallest, largest)


def whole_number(smallest: int | None, largest: int | None) -> Read:
    """Return a reader of whole numbers, as a number or as its decimal digits."""
    what = "a whole number" + _range(least=smallest, most=largest)
    low = _SMALLEST if smallest is None else smallest
    high = _LARGEST if largest is None else largest

    def read(value: object) -> int:
        number = _whole(value)
        if number is None or not low <= number <= high:
            raise ValueError(what)
        return number

    return read


def exact_number(bounds: Mapping[str, Any]) -> Read:
    """Return a reader of exact numbers: `Decimal`, a whole number, or text in plain or exponent notation."""
    what = "a number" + _range(**{name: bounds.get(name) for name in (ABOVE, LEAST, BELOW, MOST)})

    def read(value: object) -> Decimal:
        number = _exact(value)
        if number is None or not _is_within(number, bounds):
            raise ValueError(what)
        return number

    return read


def text(
    shortest: int | None,
    longest: int | None,
    pattern: str | None,
    *,
    lines: bool = False,
    any_characters: bool = False,
    trimmed: bool = False,
) -> Read:
    """Return a reader of printable text; with `lines`, of several lines as well; the others are as `Meta` has them."""
    low, high = shortest or 0, LONGEST_TEXT if longest is None else longest
    size = f"at most {high}" if low == 0 else f"{low} to {high}"
    characters = "characters" if any_characters else "printable characters"
    what = f"a text of {size} {characters}" + (" and line breaks" if lines else "")
    matches = re.compile(pattern or "").search

    def is_allowed(value: str) -> bool:
        if any_characters:
            return "\0" not in value
        return (value.replace("\n", "") if lines else value).isprintable()

    def read(value: object) -> str:
        if not isinstance(value, str):
            raise ValueError("a text")  # noqa: TRY004 - whoever reads takes every refusal alike
        told = value.strip() if trimmed else value
        if not low <= len(told) <= high or not is_allowed(told) or not matches(told):
            raise ValueError(what)
        return told

    return read


def boolean(value: object) -> bool:
    """Return a truth value; as text it is `true` or `false`."""
    if value is True or value == "true":
        return True
    if value is False or value == "false":
        return False
    raise ValueError("true or false")


def truth(value: object) -> bool:
    """Return a truth value of JSON."""
    if isinstance(value, bool):
        return value
    raise ValueError("true or false")


def choice(options: Mapping[str | int, Any]) -> Read:
    """Return a reader of one of `options`, by its name."""
    what = "one of " + " ".join(map(str, options))

    def read(value: object) -> Any:
        if isinstance(value, bool) or not isinstance(value, str | int) or value not in options:
            raise ValueError(what)
        return options[value]

    return read


def anything(value: object) -> object:
    """Return the value as it is: whoever takes it checks it."""
    return value


def _whole(value: object) -> int | None:
    if isinstance(value, str):
        digits = value.removeprefix("-")
        is_number = digits.isascii() and digits.isdecimal() and len(digits) <= _LONGEST_WHOLE
        return int(value) if is_number else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _exact(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        return exact_decimal(str(value))
    except ValueError:
        return None


def _is_within(number: Decimal, bounds: Mapping[str, Any]) -> bool:
    above, least, below, most = (bounds.get(name) for name in (ABOVE, LEAST, BELOW, MOST))
    is_high_enough = (above is None or number > above) and (least is None or number >= least)
    return is_high_enough and (below is None or number < below) and (most is None or number <= most)


def _range(*, above: object = None, least: object = None, below: object = None, most: object = None) -> str:
    """Return the words for a range, beginning with a space; none where there are no bounds."""
    if least is not None and most is not None:
        return f" from {least} to {most}"
    parts = _given((("above {}", above), ("of at least {}", least), ("below {}", below), ("of at most {}", most)))
    return "".join(f" {part}" for part in [" and ".join(parts)] if part)


def _given(wordings: Iterable[tuple[str, object]]) -> list[str]:
    return [wording.format(bound) for wording, bound in wordings if bound is not None]
