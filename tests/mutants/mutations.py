"""What may be changed in a module, by mutmut's operators, and how it reads then."""

import difflib
from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import Any

import libcst
import msgspec
from mutmut.mutation.mutators import mutation_operators

from tests.mutants.sources import Source


class Mutant(msgspec.Struct, frozen=True):
    """One change of one module: the `number`th that is possible in it."""

    source: Source
    number: int


class MutatedText(msgspec.Struct, frozen=True):
    """How a module reads after a change: its text, the first line that differs, and the difference."""

    text: str
    line: int
    difference: str


def draw(sources: Sequence[tuple[Source, str]], count: int, seed: int) -> list[Mutant]:
    """Return `count` of all mutants of some modules and their texts, or all where there are fewer, in a random order.

    Each is as likely as any other. The same texts and seed give the same mutants.
    """
    mutants = [Mutant(source, number) for source, text in sources for number in range(len(_changes(text)[1]))]
    return Random(seed).sample(mutants, min(count, len(mutants)))


def mutate(mutant: Mutant, text: str) -> MutatedText:
    """Return how the text of a mutant's module reads after its change."""
    module, changes = _changes(text)
    before, after = changes[mutant.number]
    changed = libcst.ensure_type(module.deep_replace(before, after), libcst.Module).code
    lines = text.splitlines(), changed.splitlines()
    difference = "\n".join(difflib.unified_diff(*lines, lineterm="", n=1)).partition("\n+++")[2].partition("\n")[2]
    return MutatedText(changed, _first_difference(*lines), difference)


def _first_difference(before: Sequence[str], after: Sequence[str]) -> int:
    pairs = zip(before, after, strict=False)
    return next((line for line, (old, new) in enumerate(pairs, 1) if old != new), min(len(before), len(after)))


Change = tuple[libcst.CSTNode, libcst.CSTNode]


def _changes(text: str) -> tuple[libcst.Module, list[Change]]:
    module = libcst.parse_module(text)
    visitor = _Changes(mutation_operators)
    module.visit(visitor)
    return module, visitor.found


class _Changes(libcst.CSTVisitor):
    """Finds what operators change. Annotations are left as they are: no test runs them.

    mutmut itself leaves out functions with decorators, which all services are: it keeps the mutants of a module in one
    file, side by side.
    """

    def __init__(self, operators: Sequence[tuple[type, Callable[[Any], Iterable[libcst.CSTNode]]]]) -> None:
        super().__init__()
        self.found: list[Change] = []
        self._operators = operators

    def on_visit(self, node: libcst.CSTNode) -> bool:
        if isinstance(node, libcst.Annotation):
            return False
        for kind, operator in self._operators:
            if isinstance(node, kind):
                self.found += [(node, changed) for changed in operator(node)]
        return True
