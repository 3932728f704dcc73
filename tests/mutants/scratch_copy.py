"""A copy of the checkout, in which mutants are made: whatever happens, the checkout itself stays as it is."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import cache_from_source
from pathlib import Path


@contextmanager
def scratch_copy(root: Path) -> Iterator[Path]:
    """Copy what git knows or would add, as it is now, into a folder that goes afterwards."""
    with tempfile.TemporaryDirectory(prefix="tidewire-mutants-") as folder:
        copy = Path(folder).resolve() / "checkout"
        for path in _files(root):
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / path, copy / path, follow_symlinks=False)
        yield copy


def _files(root: Path) -> list[str]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, capture_output=True, check=True).stdout
    return [path for path in os.fsdecode(listed).split("\0") if path and os.path.lexists(root / path)]


@contextmanager
def replaced(file: Path, text: str) -> Iterator[None]:
    """Let a module of the copy read otherwise for a while."""
    before = file.read_text(encoding="utf-8")
    try:
        _write(file, text)
        yield
    finally:
        _write(file, before)


def _write(file: Path, text: str) -> None:
    """Write a module, and drop what was compiled of it: Python can't tell two texts of a second and a size apart."""
    file.write_text(text, encoding="utf-8")
    Path(cache_from_source(file)).unlink(missing_ok=True)
