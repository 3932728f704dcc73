"""Which metrics, labels and values a PromQL expression names. Whether it is one at all, promtool says."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_TOKEN = re.compile(
    r'\s+|(?P<string>"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\')|(?P<number>\d[\w.]*)|(?P<name>[a-zA-Z_:][\w:]*)|'
    r"(?P<operator>=~|!~|!=|==|<=|>=|[-+*/%^<>=(){}\[\],@])"
)
_OF_LABELS = frozenset({"by", "without", "on", "ignoring", "group_left", "group_right"})
_OPERATORS = frozenset({"and", "or", "unless", "bool", "offset", "inf", "nan"})
_CLOSING = {"(": ")", "{": "}", "[": "]"}


class Matcher(NamedTuple):
    """A condition on a label within braces."""

    label: str
    operator: str
    value: str


class Selector(NamedTuple):
    """A metric with its conditions."""

    metric: str
    matchers: tuple[Matcher, ...]


class Named(NamedTuple):
    """What an expression names: its selectors, and the labels that it groups or joins by."""

    selectors: tuple[Selector, ...]
    labels: frozenset[str]


def named(expression: str) -> Named:
    """Return what an expression names; raise `ValueError` where it holds what isn't known here."""
    selectors: list[Selector] = []
    labels: set[str] = set()
    tokens = list(_tokens(expression))
    at = 0
    while at < len(tokens):
        word, following = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else ""
        at += 1
        if word in _OF_LABELS:
            inner, at = _within(tokens, at)
            labels.update(each for each in inner if each != ",")
        elif word == "[":
            _, at = _within(tokens, at - 1)
        elif _is_metric(word, following):
            inner, at = _within(tokens, at) if following == "{" else ([], at)
            selectors.append(Selector(word, tuple(_matchers(inner))))
        elif word == "{":
            raise ValueError(f"a selector without a metric's name in {expression!r}")
    return Named(tuple(selectors), frozenset(labels))


def _tokens(expression: str) -> Iterator[str]:
    at = 0
    while at < len(expression):
        found = _TOKEN.match(expression, at)
        if found is None:
            raise ValueError(f"{expression[at:]!r} in {expression!r} is not known here")
        at = found.end()
        if found.lastgroup:
            yield found.group()


def _is_metric(word: str, following: str) -> bool:
    is_name = word[0].isalpha() or word[0] in "_:"
    return is_name and word.lower() not in _OPERATORS and following != "(" and following not in {"by", "without"}


def _within(tokens: Sequence[str], at: int) -> tuple[Sequence[str], int]:
    """Return what is between the bracket at `at` and its end, and the place behind that."""
    end = tokens.index(_CLOSING[tokens[at]], at)
    return tokens[at + 1 : end], end + 1


def _matchers(tokens: Sequence[str]) -> Iterator[Matcher]:
    for label, operator, value in zip(tokens[::4], tokens[1::4], tokens[2::4], strict=True):
        yield Matcher(label, operator, value[1:-1])
