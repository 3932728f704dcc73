"""docs/conformance.md: every numbered row of docs/protocol/, with the tests that prove it and where they run.

A test names the rows that it proves by the marker `row`. The marks are found by reading the tests, not by running
them: a row's number counts for a test where it stands in one of its decorators, or in a table of its module that a
decorator names.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PROTOCOL = ROOT / "docs" / "protocol"
TESTS = ROOT / "tests"
PAGES = ("README.md", "market.md", "trading.md", "control.md", "topics.md", "commands.md", "accounts.md")
ROW_NUMBER = re.compile(r"[A-Z]{2}-\d{2}")

SERVE = "`serve`, one process, SQLite and memory"
SERVE_TWICE = "`serve`, two gateways, PostgreSQL and Redis"
DAPHNE = "Daphne, PostgreSQL and Redis"
EVERYWHERE = (SERVE, SERVE_TWICE, DAPHNE)
DECORATORS = {
    "on_each_layer": (SERVE, SERVE_TWICE),
    "on_each_server": (SERVE_TWICE, DAPHNE),
    "everywhere": EVERYWHERE,
}
FIXTURES = {
    "place": (SERVE_TWICE,),
    "hasty": (SERVE_TWICE, DAPHNE),
    "deployment": (SERVE, SERVE_TWICE),
    "demo": (SERVE,),
}
"""Where a test runs that takes a fixture of this name, unless one of the `DECORATORS` says it."""

_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")
_TABLE_ROW = re.compile(r"^\| (?P<number>[A-Z]{2}-\d{2}) \| (?P<cells>.*) \|$")


class Row(NamedTuple):
    """One promise of the protocol's pages."""

    number: str
    page: str
    text: str


class Proof(NamedTuple):
    """One test, the rows that it names, and the places where it runs (none: in the test's own process)."""

    path: str
    name: str
    rows: frozenset[str]
    places: tuple[str, ...]


def protocol_rows(folder: Path = PROTOCOL) -> list[Row]:
    """Return the numbered rows of all pages, in their order."""
    return [row for page in PAGES for row in _rows_of(page, (folder / page).read_text(encoding="utf-8"))]


def _rows_of(page: str, text: str) -> Iterator[Row]:
    for line in text.splitlines():
        match = _TABLE_ROW.match(line)
        if match:
            cells = [cell.strip() for cell in match["cells"].split("|")]
            text = " · ".join(cell for cell in cells if cell)
            yield Row(match["number"], page, _LINK.sub(r"\1", text))


def proofs(folder: Path = TESTS) -> list[Proof]:
    """Return every test below `folder` that names a row."""
    found: list[Proof] = []
    for path in sorted(folder.rglob("test_*.py")):
        found += proofs_of(path.read_text(encoding="utf-8"), path.relative_to(folder.parent).as_posix())
    return found


def proofs_of(source: str, path: str) -> list[Proof]:
    """Return the tests of one module that name a row."""
    if "row(" not in source:
        return []
    module = ast.parse(source)
    tables = dict(_tables(module))
    found = []
    for node in module.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            rows = frozenset().union(*(_numbers(decorator, tables) for decorator in node.decorator_list))
            if rows:
                found.append(Proof(path, node.name, rows, _places(node)))
    return found


def _places(test: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[str, ...]:
    decorated = (DECORATORS.get(ast.unparse(each)) for each in test.decorator_list)
    given = (FIXTURES.get(each.arg) for each in test.args.args)
    return next((places for places in (*decorated, *given) if places), ())


def _tables(module: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in module.body:
        match node:
            case ast.Assign(targets=[ast.Name(name)], value=value) | ast.AnnAssign(target=ast.Name(name), value=value):
                if value is not None:
                    yield name, value


def _numbers(node: ast.AST, tables: dict[str, ast.expr], seen: frozenset[str] = frozenset()) -> frozenset[str]:
    """Return the rows' numbers below `node`, and in the tables that it names."""
    found: set[str] = set()
    for below in ast.walk(node):
        if isinstance(below, ast.Constant) and isinstance(below.value, str) and ROW_NUMBER.fullmatch(below.value):
            found.add(below.value)
        elif isinstance(below, ast.Name) and below.id in tables and below.id not in seen:
            found |= _numbers(tables[below.id], tables, seen | {below.id})
    return frozenset(found)


def complaints(rows: Sequence[Row], tests: Sequence[Proof]) -> list[str]:
    """Return what is wrong: numbers given twice, rows without a test, tests that name a row that doesn't exist."""
    counts = Counter(row.number for row in rows)
    proven = frozenset().union(*(test.rows for test in tests))
    twice = [f"{number} numbers {count} rows" for number, count in counts.items() if count > 1]
    untested = [f"{row.number} has no test ({row.page})" for row in rows if row.number not in proven]
    unknown = [
        f"{test.path}::{test.name} names {number}, which is no row of docs/protocol"
        for test in tests
        for number in sorted(test.rows - counts.keys())
    ]
    return twice + untested + unknown


def conformance_page(notice: str) -> str:
    """Return the page; raise `UnprovenError` with all complaints where there are any."""
    rows, tests = protocol_rows(), proofs()
    wrong = complaints(rows, tests)
    if wrong:
        raise UnprovenError("\n".join(wrong))
    lines = ["# Conformance", "", notice, _INTRODUCTION, *_PLACE_LINES]
    for page in PAGES:
        lines += _section(page, [row for row in rows if row.page == page], tests)
    return "\n".join(lines).rstrip() + "\n"


class UnprovenError(Exception):
    """Rows and tests don't agree; the message has a line for each complaint."""


_INTRODUCTION = """\
Each numbered row of [protocol/](protocol/README.md), the tests that prove it over real sockets, and where they run:
"""
_COLUMNS = {"A": SERVE, "B": SERVE_TWICE, "C": DAPHNE}
_PLACE_LINES = [
    *(f"- **{letter}**: {place}" for letter, place in _COLUMNS.items()),
    "",
    "Rows are proven on B; on A too where the channel layer or the database can make a difference, on C where the",
    "server can. A row without a mark is proven with a gateway in the test's own process. Where a row differs on",
    "Daphne (GW-90 to GW-94 say how), its test there asserts exactly that difference.",
]


def _section(page: str, rows: Iterable[Row], tests: Sequence[Proof]) -> list[str]:
    lines = [
        "",
        f"## [{page}](protocol/{page})",
        "",
        "| row | promise | A | B | C | tests |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        proving = [test for test in tests if row.number in test.rows]
        places = {place for test in proving for place in test.places}
        marks = " | ".join("✓" if place in places else "" for place in _COLUMNS.values())
        named = "<br>".join(f"`{test.path.removeprefix('tests/')}::{test.name}`" for test in proving)
        lines.append(f"| {row.number} | {row.text} | {marks} | {named} |")
    return lines
