"""Secrets taken out of what is logged: by the names of fields, and by shape from any text. Pure.

Much of what is logged comes from whoever asks, so each step is linear in a text that was cut to a bound before: in time
at twice the length less than three times (tests/patterns/test_linear_patterns.py).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

REDACTED = "[redacted]"
LONGEST_TEXT = 16_384
"""Characters of a text that are logged; the rest is cut off before the secrets are looked for."""
_LONGEST_LIST = 100
_DEEPEST = 6

_NAME = r"[\w-]*(?:token|ticket|password|secret)|access|refresh|authorization"
_SECRET_NAME = re.compile(rf"(?i)(?:{_NAME})")
# A backslash ends the value: it belongs to the closing quote of a JSON string.
_IN_URL = re.compile(rf"(?i)(?<![\w-])({_NAME})(=|%3D)(?:(?!%26)[^&\s\"'\\\x1b])+")
# JSON within JSON escapes its quotes; deeper than five times nothing is. Only the first backslash of a run begins.
_OBJECT_FIELD = re.compile(
    rf"(?i)(?<!\\)(?P<around>\\{{0,31}}[\"'])(?:{_NAME})(?P=around)\s*:\s*(?P<escape>\\{{0,31}})(?P<quote>[\"'])"
)
_QUOTE_OR_LINE_END = re.compile(r"(?<!\\)(?P<escape>\\*)(?P<quote>[\"'])|\n")
# Of a link that was mailed.
_IN_PATH = re.compile(r"(/account/(?:confirm-email|reset-password)/)[\w-]+")
_BEARER = re.compile(r"(?i)\bbearer\s+[\w.~+/-]+=*")
# A part of one as well: libraries cut long lines.
_JSON_WEB_TOKEN = re.compile(r"\beyJ[\w-]{8,}(?:\.[\w-]+){0,2}")
_API_KEY = re.compile(r"\btw_[0-9]{1,18}_[\w-]+")
# A name may be percent-encoded, and a server reads it all the same.
_PARAMETER = re.compile(r"(?<=[?&])((?:[\w-]|%[0-9A-Fa-f]{2})+)=(?:(?!%26)[^&\s\"'\\\x1b])+")


def redact(text: str, longest: int = LONGEST_TEXT) -> str:
    """Return the first `longest` characters of `text` without tokens, tickets and passwords.

    A secret that the cut goes through is taken out as a whole one is: what is left of it has its name before it.

    >>> redact('"WebSocket /ws?token=abc&x=1" [accepted]')
    '"WebSocket /ws?token=[redacted]&x=1" [accepted]'
    >>> redact('{"username": "demo", "password": "demo"}')
    '{"username": "demo", "password": "[redacted]"}'
    """
    cut, text = max(0, len(text) - longest), text[:longest]
    text = _PARAMETER.sub(_redact_parameter, text)
    text = _IN_URL.sub(rf"\1\2{REDACTED}", text)
    text = "".join(_without_values(text))
    text = _IN_PATH.sub(rf"\1{REDACTED}", text)
    text = _BEARER.sub(f"Bearer {REDACTED}", text)
    text = _API_KEY.sub(REDACTED, _JSON_WEB_TOKEN.sub(REDACTED, text))
    return f"{text} [{cut} more characters]" if cut else text


def redact_value(value: Any, depth: int = 0) -> Any:
    """Return `value` as JSON can hold it, bounded in length and depth, without secrets."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping) and depth < _DEEPEST:
        items = [(str(name), held) for name, held in list(value.items())[:_LONGEST_LIST]]
        return {redact(name): redact_field(name, held, depth + 1) for name, held in items}
    if isinstance(value, list | tuple) and depth < _DEEPEST:
        return [redact_value(held, depth + 1) for held in value[:_LONGEST_LIST]]
    return redact(value if isinstance(value, str) else repr(value))


def redact_field(name: str, value: Any, depth: int = 0) -> Any:
    """Return what is logged of a field: nothing where its name is a secret's."""
    return REDACTED if is_secret_name(name) else redact_value(value, depth)


def is_secret_name(name: str) -> bool:
    """Return whether a field or parameter of that name holds a secret."""
    return _SECRET_NAME.fullmatch(name) is not None


def _redact_parameter(found: re.Match[str]) -> str:
    return f"{found[1]}={REDACTED}" if is_secret_name(unquote(found[1])) else found[0]


def _without_values(text: str) -> Iterator[str]:
    """Yield `text` in pieces, with `REDACTED` in place of each quoted value of a secret's name."""
    start = 0
    while found := _OBJECT_FIELD.search(text, start):
        yield text[start : found.end()]
        yield REDACTED
        start = _end_of_value(text, found)
    yield text[start:]


def _end_of_value(text: str, field: re.Match[str]) -> int:
    """Return where a quoted value ends: at a quote that is escaped no deeper, or with its line where none closes it."""
    for found in _QUOTE_OR_LINE_END.finditer(text, field.end()):
        if found["quote"] is None or (
            found["quote"] == field["quote"] and len(found["escape"]) <= len(field["escape"])
        ):
            return found.start()
    return len(text)
