"""The regular expressions of the project, as its sources name them."""

import ast
import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec

from tests.processes import ROOT

_METHODS = frozenset({"match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"})
_OTHER_CALLS = frozenset({"RegexValidator", "re_path", "_endpoint", "RegexField"})
_TELLING = re.compile("|".join((r"\bre\b", "pattern", "regex", *sorted(_OTHER_CALLS))))
"""What a source has somewhere that names an expression; most have nothing of it, and aren't parsed."""
_SOURCES = {
    "platform/config": "platform",
    "streaming": ".",
    "accounts": ".",
    "alerts": ".",
    "clients/python": "clients/python",
}


class Found(msgspec.Struct, frozen=True):
    """An expression: `name` says where it stands, `source` is its first argument, `methods` what it is asked."""

    name: str
    source: str
    methods: frozenset[str]
    is_literal: bool
    attribute: str = ""

    @property
    def pattern(self) -> re.Pattern[str]:
        """The expression; `LookupError` where it is made of values that only a call knows."""
        module, _, _ = self.name.partition(":")
        if self.attribute:
            found = getattr(importlib.import_module(module), self.attribute)
            assert isinstance(found, re.Pattern)
            return found
        if not self.is_literal:
            raise LookupError(self.name)
        return re.compile(ast.literal_eval(self.source))


@cache
def expressions() -> tuple[Found, ...]:
    """Return every expression of the sources, tests and migrations left out."""
    return tuple(found for path in _files() for found in _in_module(path))


def _files() -> Iterator[Path]:
    for folder in _SOURCES:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if not {"migrations", "tests", "examples"} & set(path.relative_to(ROOT).parts):
                yield path


def _in_module(path: Path) -> Iterator[Found]:
    text = path.read_text(encoding="utf-8")
    if not _TELLING.search(text):
        return
    tree = ast.parse(text)
    root = next(root for folder, root in _SOURCES.items() if path.is_relative_to(ROOT / folder))
    module = ".".join(path.relative_to(ROOT / root).with_suffix("").parts).removesuffix(".__init__")
    names = {id(node.value): _target(node) for node in ast.walk(tree) if isinstance(node, ast.Assign)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (argument := _expression_of(node)) is not None:
            attribute = names.get(id(node), "") if _is_of_re(node) == "compile" else ""
            source = ast.unparse(argument)
            methods = _methods_of(tree, attribute) if attribute else frozenset({_is_of_re(node) or "search"})
            literal = isinstance(argument, ast.Constant)
            yield Found(f"{module}:{attribute or source}", source, methods, literal, attribute)


def _target(node: ast.Assign) -> str:
    return node.targets[0].id if isinstance(node.targets[0], ast.Name) else ""


def _expression_of(call: ast.Call) -> ast.expr | None:
    """Return the argument of a call that is a regular expression, or None."""
    for keyword in call.keywords:
        is_text = isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str)
        if keyword.arg in {"pattern", "regex"} and is_text:
            return keyword.value
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    return call.args[0] if call.args and (_is_of_re(call) or name in _OTHER_CALLS) else None


def _is_of_re(call: ast.Call) -> str:
    """Return which function of `re` is called; empty for none that takes an expression."""
    function = call.func
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id == "re":
        return function.attr if function.attr in _METHODS | {"compile"} else ""
    return ""


def _methods_of(tree: ast.Module, name: str) -> frozenset[str]:
    return frozenset(
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == name
        and node.attr in _METHODS
    )
