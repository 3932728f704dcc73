"""Every regular expression that meets foreign text takes a time that grows with the text, not with its square.

What is compared is CPU time of this thread, the smallest of several runs: at four times the length less than eight
times, halfway between the four of a proportion and the sixteen of a square: on a busy machine, measures are rough.
"""

import ctypes
import re
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import pytest

from config.logs.redaction import redact
from streaming.identity.addresses import client_address
from streaming.numbers import exact_decimal
from streaming.topics.patterns import any_of
from tests.patterns.found import Found, expressions

_LENGTH = 4_000
_TIMES = 4
_TOO_FAST = 8
_NEAR = 1.25 * _TIMES
"""Times as long as the short text that are a proportion's, whatever the measures' errors."""
_TOO_LITTLE = 0.000_3
"""Seconds that say nothing: the square of the length would take a hundred times as long."""
_ROUNDS = 12

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
"""mallopt(3), of glibc."""
_MOST_OF_THE_HEAP = 32 * 1024 * 1024

NEVER_FOREIGN = {
    "config.openapi.operation:_IN_ADDRESS": "our own addresses",
    "config.openapi.operation:'\\\\w+'": "our own addresses",
    "config.up.procfile:_LINE": "our own Procfile",
}
BUILT = {
    "streaming.topics.patterns:'|'.join(alternatives) if alternatives else '(?!)'": (
        any_of(["a.*.a.*", "*", "a.*", "*.a"]),
        {"fullmatch"},
    ),
    "streaming.commands.values:pattern or ''": (None, {"search"}),  # those of the Structs, which are found
}
"""Made of values that only a call knows: an example of each, and what it is asked."""

PIECES = (
    *"\\\"'a0. [{(<=%&?:,-_~+/\n*|@é",
    '\\\\"',
    "%3D",
    "%26",
    "token",
    "tokentoken=",
    "access",
    "?a",
    "&token=%2",
    "?%74",
    "'token'",
    "'token' ",
    "'token':",
    "'token':'",
    "'token':\\'",
    '"token":\\\\\'',
    '"password" : \' ',
    "bearer ",
    "bearer\t",
    "eyJ",
    "eyJ-eyJ",
    "eyJaaaaaaaa.",
    "1.1",
    "[::",
    "{a",
    "a.",
    "a,",
    "1e",
    "depth",
    "/account/confirm-email/",
    "/data/spot/daily/klines/",
    "a: b\r\n",
)
_REQUEST = "GET / HTTP/1.1\r\n"
BEFORE_AND_AFTER = (
    *(("", ""), ("", "\0"), ("'", "\0"), ("'token':'", "\0"), ("?", "\0"), ("1", "x"), ("[", "x")),
    *(("GET /", "\0"), (_REQUEST, "\0"), (f"{_REQUEST}a:", "\0")),
)


def _found() -> list[Found]:
    return [found for found in expressions() if found.name not in {*NEVER_FOREIGN, *BUILT}]


def _asked(pattern: re.Pattern[Any], method: str, text: str) -> object:
    given = text if isinstance(pattern.pattern, str) else text.encode()
    if method in {"sub", "subn"}:
        return pattern.subn("", given)
    if method == "finditer":
        return sum(1 for _ in pattern.finditer(given))
    return getattr(pattern, method)(given)


def _seconds(act: Callable[[str], object], text: str) -> float:
    start = time.thread_time()
    act(text)
    return time.thread_time() - start


def growth(act: Callable[[str], object], text_of: Callable[[int], str]) -> float:
    """Return how many times as long `act` takes with four times the text; 0 where neither takes long."""
    of_short = of_long = float("inf")
    short, long = text_of(_LENGTH), text_of(_TIMES * _LENGTH)
    for number in range(_ROUNDS):
        if number == 0 or of_long >= _NEAR * of_short:  # else a faster run of the long one would tell nothing new
            of_long = min(of_long, _seconds(act, long))
        if of_long < _TOO_LITTLE:
            return 0
        of_short = min(of_short, _seconds(act, short))
        if number >= 2 and of_long < _NEAR * of_short:  # one slow run of the short text would hide a square
            break
    return of_long / of_short


def _texts() -> list[tuple[str, Callable[[int], str]]]:
    def text_of(before: str, piece: str, after: str, length: int) -> str:
        return before + piece * (length // len(piece)) + after

    return [
        (f"{before!r} {piece!r} {after!r}", partial(text_of, before, piece, after))
        for piece in PIECES
        for before, after in BEFORE_AND_AFTER
    ]


@pytest.fixture(scope="module", autouse=True)
def _heap_that_keeps() -> None:
    """Take what is large from the heap, too: else the pages that long texts alone need new each time are measured."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        assert mallopt(_M_TRIM_THRESHOLD, 2 * _MOST_OF_THE_HEAP)
        assert mallopt(_M_MMAP_THRESHOLD, _MOST_OF_THE_HEAP)


def _too_fast_growing(act: Callable[[str], object]) -> dict[str, float]:
    return {name: grown for name, text_of in _texts() if (grown := growth(act, text_of)) >= _TOO_FAST}


@pytest.mark.long
@pytest.mark.parametrize("found", [pytest.param(found, id=found.name) for found in _found()])
def test_it_takes_a_time_in_proportion_to_the_text(found: Found) -> None:
    assert found.methods, f"nothing says what {found.name} is asked; call its methods by its name"
    for method in found.methods - {"compile"} or {"search"}:
        assert _too_fast_growing(partial(_asked, found.pattern, method)) == {}


@pytest.mark.parametrize("name", BUILT)
def test_what_a_call_makes_takes_a_time_in_proportion_to_the_text(name: str) -> None:
    pattern, methods = BUILT[name]
    for method in methods if pattern else ():
        assert pattern is not None
        assert _too_fast_growing(partial(_asked, pattern, method)) == {}


def test_it_knows_every_expression_of_the_sources() -> None:
    names = {found.name for found in expressions()}
    assert {*NEVER_FOREIGN, *BUILT} <= names, "one of these is gone"
    assert len(names) > 25
    unresolved = [found.name for found in _found() if not (found.attribute or found.is_literal)]
    assert unresolved == [], "give an example of each in BUILT"


def _exact_decimal(text: str) -> None:
    with suppress(ValueError):
        exact_decimal(text)


def _decreasing_escapes(length: int) -> str:
    return "".join(f'"token":{chr(92) * count}"' for count in range(31, 0, -1)) * (length // 800)


@pytest.mark.long
@pytest.mark.parametrize(
    "act",
    [
        partial(redact, longest=10**9),
        lambda text: client_address(text, "127.0.0.1", 1),
        _exact_decimal,
    ],
    ids=["redact", "client_address", "exact_decimal"],
)
def test_the_whole_of_it_takes_a_time_in_proportion_to_the_text(act: Callable[[str], object]) -> None:
    assert _too_fast_growing(act) == {}
    assert growth(act, _decreasing_escapes) < _TOO_FAST


def test_it_notices_a_square() -> None:
    square = re.compile(r"(\\*[\"'])token\1")
    assert growth(square.search, lambda length: "\\" * (length // 8)) >= _TOO_FAST
