"""This machine: open files, disk, and who may read and write what the platform keeps on it."""

import resource
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from accounts.tokens.keys import others_keys
from config.doctor.findings import Finding, failed, ok, warning

_FEW_FILES, _TOO_FEW_FILES = 4096, 256
_LITTLE_DISK, _NO_DISK = 2_000_000_000, 200_000_000
_LITTLE_PART = 0.05
_OF_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_WRITTEN_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


def look_at_open_files() -> Iterator[Finding]:
    """Yield how many files, and so connections, a process that is started as this one may have open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        yield ok("files", "a process may open any number")
        return
    text = f"a process may open {soft:,}, and a gateway needs one for each connection and some 100 besides"
    most = "any number" if hard == resource.RLIM_INFINITY else f"{hard:,}"
    to_do = f"raise it (systemd: LimitNOFILE=, a shell: ulimit -n); this user may have {most}"
    if soft < _TOO_FEW_FILES:
        yield failed("files", text, to_do)
    else:
        yield warning("files", text, to_do) if soft < _FEW_FILES else ok("files", text)


def look_at_disk() -> Iterator[Finding]:
    """Yield how much room there is where the platform writes."""
    for folder in sorted({settings.VAR_DIR, *(file.parent for file in _database_files())}):
        usage = shutil.disk_usage(folder)
        yield disk_finding(folder, free=usage.free, total=usage.total)


def disk_finding(folder: Path, *, free: int, total: int) -> Finding:
    """Return whether so many free bytes, of so many, will do."""
    text = f"{free / 1e9:,.1f} GB of {total / 1e9:,.1f} GB are free at {folder}"
    to_do = "make room, or keep less: docs/operations.md, What is kept"
    if free < _NO_DISK:
        return failed("disk", text, to_do)
    return warning("disk", text, to_do) if free < min(_LITTLE_DISK, _LITTLE_PART * total) else ok("disk", text)


def look_at_permissions() -> Iterator[Finding]:
    """Yield who may read and write what."""
    yield _var_dir()
    for path in _database_files():
        yield _kept_to_oneself(path, "the database")
    yield from _public_keys()


def _var_dir() -> Finding:
    try:
        with tempfile.TemporaryFile(dir=settings.VAR_DIR):
            return ok("folder", f"{settings.VAR_DIR} can be written")
    except OSError as error:
        to_do = "give this user the right to write there, or set VAR_DIR to another folder"
        return failed("folder", f"{settings.VAR_DIR} can't be written: {error.strerror}", to_do)


def _kept_to_oneself(path: Path, what: str) -> Finding:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & _OF_OTHERS:
        text = f"{what} {path} can be read by other users of this machine (mode {mode:o})"
        return warning("secrets", text, f"chmod 600 {path}")
    return ok("secrets", f"{what} {path} is this user's alone")


def _public_keys() -> Iterator[Finding]:
    """Yield whether the files of JWT_PUBLIC_KEYS hold keys, and whether others could put theirs there."""
    try:
        others_keys()
    except ImproperlyConfigured as error:
        yield failed("keys", str(error), "correct the file, or JWT_PUBLIC_KEYS")
        return
    for path in map(Path, settings.JWT_PUBLIC_KEYS):
        if path.stat().st_mode & _WRITTEN_BY_OTHERS:
            text = f"{path}, by which log-ins are trusted, can be written by other users of this machine"
            yield failed("keys", text, f"chmod go-w {path}")
        else:
            yield ok("keys", f"{path} is a key that others can't change")


def _database_files() -> list[Path]:
    """Return the file of a SQLite database, where it is one."""
    path = Path(connection.settings_dict["NAME"])
    return [path] if connection.vendor == "sqlite" and path.is_file() else []
