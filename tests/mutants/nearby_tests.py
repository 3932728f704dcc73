"""Which files of tests are near a module: its own, those that import it, those beside them, those of who uses it."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.mutants.sources import Checkout, Source
from tests.scheduling.package_scheduling import LONG, TOGETHER

_NAMED_OTHERWISE = {"tidewire_client": "python_client"}
_SHORTENED = "streaming"
"""The package whose folders have tests in tests/ itself: those of streaming/market are in tests/market."""
_MOST_FURTHER = 12


class NearbyTests:
    """Finds the tests of a checkout by what they import and by where they lie.

    Those that run whole deployments are left out, unless they are a module's own.
    """

    def __init__(self, checkout: Checkout) -> None:
        self._root = checkout.root
        product = checkout.product()
        self._importers = _Importers(self._root, [source.path for source in product])
        self._sources = {source.path: source for source in product}
        tests = (path.relative_to(self._root).as_posix() for path in (self._root / "tests").rglob("test_*.py"))
        self._importing_tests = _Importers(self._root, [path for path in tests if not _is_long(path)])

    def of(self, source: Source) -> tuple[list[str], list[str]]:
        """Return the files that are nearest to a module, and then others, each once and the nearest first."""
        nearest = list(dict.fromkeys(self._nearest(source)))
        others = list(dict.fromkeys([*self._beside(source), *self._of_users(source)]))
        further = [path for path in others if path not in nearest][:_MOST_FURTHER]
        return (nearest, further) if nearest else (further, [])

    def _nearest(self, source: Source) -> Iterator[str]:
        yield from self._own(source)
        folder = self._folder(source.module)
        importing = self._importing_tests.of(source.module)
        of_the_app = [path for path in importing if path.startswith("/".join(folder.parts[:2]) + "/")]
        yield from sorted(of_the_app or importing, key=lambda path: not path.startswith(f"{folder.as_posix()}/"))

    def _own(self, source: Source) -> list[str]:
        mirrored = self._folder(source.module) / f"test_{source.module.rpartition('.')[2]}.py"
        return [mirrored.as_posix()] if (self._root / mirrored).is_file() else []

    def _beside(self, source: Source) -> list[str]:
        files = (self._root / self._folder(source.module)).glob("test_*.py")
        paths = sorted(path.relative_to(self._root).as_posix() for path in files)
        return [path for path in paths if not _is_long(path)]

    def _of_users(self, source: Source) -> Iterator[str]:
        for path in self._importers.of(source.module):
            user = self._sources[path]
            yield from self._own(user) or self._beside(user)

    def _folder(self, module: str) -> Path:
        """Return the folder below tests/ that mirrors a module's, or the deepest above that has tests."""
        first, *others = module.split(".")[:-1] or [module]
        parts = [_NAMED_OTHERWISE.get(first, first), *others]
        for end in range(len(parts), 0, -1):
            for begin in (0, 1) if first == _SHORTENED else (0,):
                folder = Path("tests", *parts[begin:end])
                if begin < end and any((self._root / folder).glob("test_*.py")):
                    return folder
        return Path("tests", parts[0])


def _is_long(path: str) -> bool:
    return path.startswith((*LONG, *(f"tests/{package}/" for package in TOGETHER)))


class _Importers:
    """Finds by which files a module is imported; most don't name it, and aren't parsed."""

    def __init__(self, root: Path, paths: Iterable[str]) -> None:
        self._texts = {path: (root / path).read_text(encoding="utf-8") for path in sorted(paths)}
        self._imported: dict[str, frozenset[str]] = {}

    def of(self, module: str) -> list[str]:
        """Return the files, by their paths."""
        package, _, name = module.rpartition(".")
        naming = [path for path, text in self._texts.items() if package in text and name in text]
        return [path for path in naming if module in self._imported_by(path)]

    def _imported_by(self, path: str) -> frozenset[str]:
        if path not in self._imported:
            self._imported[path] = frozenset(_imported(ast.parse(self._texts[path])))
        return self._imported[path]


def _imported(tree: ast.Module) -> Iterator[str]:
    """Yield the names that may be modules: of `from a.b import c` both `a.b` and `a.b.c`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
