"""Fail where a package that we install is under the GPL or the AGPL, or says nothing of its licence.

What counts is what the installed packages say of themselves: `License-Expression` (PEP 639), else the classifiers and
the field `License`; for npm the field `license`. The LGPL is allowed: psycopg is a library that we call unchanged.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
NOTHING_SAID = "says nothing of its licence"
EXCEPTIONS: Mapping[str, str] = {
    "ta-lib": "its metadata say nothing; the LICENSE file of wheel and source is BSD-2-Clause",
}
"""Packages whose own words say too little or the wrong thing, and what is known of them instead."""

_PINNED = re.compile(r"[A-Za-z0-9][\w.-]*(?:\[[\w,-]+\])?==\S+[^\\\n]*", re.ASCII)
_LESSER = re.compile(r"(?i)\bLGPL[\w.+-]*|\blesser general public licen[cs]e")
_FORBIDDEN = re.compile(r"(?i)\bA?GPL|\baffero\b|\bgeneral public licen[cs]e")
_SAYS_NOTHING = frozenset({"", "UNKNOWN", "OSI Approved", "DFSG approved"})
_ONE_LINE = 200


class Package(NamedTuple):
    """An installed package, and each thing that it says of its licence."""

    name: str
    said: tuple[str, ...]


def objection_to(package: Package) -> str | None:
    """Return what is wrong with the licence of a package, or None."""
    if not package.said:
        return NOTHING_SAID
    return next((f"is under {said}" for said in package.said if not _is_allowed(said)), None)


def _is_allowed(said: str) -> bool:
    """Return whether one may choose a licence other than the GPL; what is in brackets is not told apart."""
    alternatives = [said] if "(" in said else re.split(r" OR ", said)
    return any(_FORBIDDEN.search(_LESSER.sub("", each)) is None for each in alternatives)


def pins(requirements: str) -> Iterator[Requirement]:
    """Yield what a compiled file of requirements pins for this machine."""
    for line in requirements.splitlines():
        if found := _PINNED.match(line):
            pin = Requirement(found[0].strip())
            if pin.marker is None or pin.marker.evaluate():
                yield pin


def python_packages() -> Iterator[Package]:
    """Yield what requirements/*.txt install; raise `PackageNotFoundError` where that isn't so yet."""
    files = sorted((ROOT / "requirements").glob("*.txt"))
    pinned = {canonicalize_name(pin.name) for file in files for pin in pins(file.read_text(encoding="utf-8"))}
    for name in sorted(pinned):
        yield Package(name, said_by(metadata(name).get_all))


def said_by(values_of: Callable[[str], list[str] | None]) -> tuple[str, ...]:
    """Return each thing that a package's metadata say of its licence; `values_of` gives the values of a field."""
    if expression := values_of("License-Expression"):
        return tuple(expression)
    said = [each.rpartition(" :: ")[2] for each in values_of("Classifier") or [] if each.startswith("License :: ")]
    said = [each for each in said if each not in _SAYS_NOTHING]
    lines = [field.strip() for field in values_of("License") or []]  # a long one is a licence's whole text
    said += [each for each in lines if each not in _SAYS_NOTHING and "\n" not in each and len(each) <= _ONE_LINE]
    return tuple(said)


def npm_packages() -> Iterator[Package]:
    """Yield what package-lock.json pins and is installed; what is for other systems isn't."""
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    for path, pinned in sorted(lock["packages"].items()):
        file = ROOT / path / "package.json"
        if path.startswith("node_modules/") and not pinned.get("link") and file.is_file():
            licence = json.loads(file.read_text(encoding="utf-8")).get("license")
            said = licence.get("type") if isinstance(licence, dict) else licence
            yield Package(path.removeprefix("node_modules/"), (said,) if said else ())


def main() -> str | None:
    """Print how many packages were looked at; return what is wrong, if anything is."""
    try:
        packages = [*python_packages(), *npm_packages()]
    except PackageNotFoundError as missing:
        return f"{missing}: `make setup` installs it"
    objections = {package.name: what for package in packages if (what := objection_to(package))}
    wrong = [f"{name} {what}" for name, what in objections.items() if name not in EXCEPTIONS]
    wrong += [f"{name} needs no exception any more" for name in EXCEPTIONS if name not in objections]
    print(f"{len(packages)} packages: {len(wrong)} objections to their licences")
    return "\n".join(wrong) or None


if __name__ == "__main__":
    sys.exit(main())
