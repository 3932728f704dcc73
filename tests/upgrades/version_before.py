"""The version before the newest migration, from the checkout's own history: what runs while a database is migrated."""

import io
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.processes import ROOT

_MIGRATIONS = "*/migrations/0*.py"


def unpack_version_before(folder: Path) -> Path:
    """Put the code of the version before the newest migration into `folder`; skip where there is no history."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no checkout of git, whose history holds the version before")
    newest = _git("log", "-1", "--diff-filter=A", "--format=%H", "--", _MIGRATIONS).decode().strip()
    if not newest or _git("rev-parse", "--is-shallow-repository") == b"true\n":
        pytest.skip("the checkout's history is cut off, and doesn't hold the version before")
    with tarfile.open(fileobj=io.BytesIO(_git("archive", f"{newest}^"))) as archive:
        archive.extractall(folder, filter="data")
    return folder


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True).stdout
