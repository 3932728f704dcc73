"""Which modules are mutated: services, and the pure cores, which contracts keep from Django and Channels."""

import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

_KEPT_FROM = {"django", "channels"}
_SERVICES = "services.py"


class Source(msgspec.Struct, frozen=True, order=True):
    """A module of the product: its dotted name, and its file within the checkout."""

    module: str
    path: str

    @property
    def package(self) -> str:
        """Under which name the report counts it: an app's services are one package."""
        app, _, below = self.module.partition(".")
        return f"{app}: services" if self.path.endswith(f"/{_SERVICES}") else f"{app}.{below.partition('.')[0]}"


class Checkout:
    """A folder with a pyproject.toml that says where modules lie, and which must know neither Django nor Channels."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._project: dict[str, Any] = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]

    @property
    def import_folders(self) -> list[Path]:
        """The folders in which imports begin."""
        return [self.root / folder for folder in self._project["pytest"]["ini_options"]["pythonpath"]]

    def product(self) -> list[Source]:
        """Return all modules of the product, by their names."""
        packages = self._project["importlinter"]["root_packages"]
        return sorted(
            Source(_dotted(path.relative_to(folder)), path.relative_to(self.root).as_posix())
            for folder in self.import_folders
            for package in packages
            for path in (folder / package).rglob("*.py")
        )

    def mutated(self, packages: Sequence[str] = ()) -> list[Source]:
        """Return the pure cores and the services, those of some packages alone where any are named."""
        cores = self._pure_cores()
        return [
            source
            for source in self.product()
            if (source.path.endswith(f"/{_SERVICES}") or _is_in(source.module, cores))
            and (not packages or _is_in(source.module, packages))
        ]

    def _pure_cores(self) -> set[str]:
        contracts = self._project["importlinter"]["contracts"]
        pure = [each for each in contracts if set(each.get("forbidden_modules", ())) >= _KEPT_FROM]
        return {module for contract in pure for module in contract["source_modules"]}


def _dotted(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _is_in(module: str, packages: Iterable[str]) -> bool:
    return any(f"{module}.".startswith(f"{package}.") for package in packages)
