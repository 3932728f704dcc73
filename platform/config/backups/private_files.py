"""Files that nobody else may read, put into place whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from config.backups.errors import BackupError

_PRIVATE = 0o600


@contextmanager
def private_folder(beside: Path) -> Iterator[Path]:
    """Make a folder in that of `beside`, which only this user may enter; it is gone after the `with`.

    A process that is killed leaves it, by a hidden name that begins with that of `beside`.
    """
    with tempfile.TemporaryDirectory(prefix=f".{beside.name}.", dir=beside.parent) as folder:
        yield Path(folder)


def new_private_file(path: Path) -> IO[bytes]:
    """Open a new file for writing that only this user may read; raise `FileExistsError` where there is one."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "wb")


def put_into_place(written: Path, target: Path) -> None:
    """Give a file that is on the disk its name, on the same file system; raise `BackupError` where that is taken."""
    _sync(written, os.O_RDWR)
    try:
        os.link(written, target)
    except FileExistsError:
        raise BackupError(f"{target} is there already; a backup replaces no file") from None
    except OSError:  # of a file system without hard links; that the name is free was asked before
        written.rename(target)
    _sync(target.parent, os.O_RDONLY)


def _sync(path: Path, flags: int) -> None:
    opened = os.open(path, flags)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
