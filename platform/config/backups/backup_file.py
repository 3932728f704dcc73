"""The file of a backup: a ZIP archive with a manifest and the database, by whose digest damage shows."""

import hashlib
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec

from config.backups.errors import BackupError, DamagedBackupError, ForeignBackupError
from config.backups.manifest import FORMAT, DatabaseKind, FormatOnly, Manifest
from config.backups.private_files import new_private_file

_MANIFEST, _DATABASE = "manifest.json", "database"
_LARGEST_MANIFEST = 16 * 1024 * 1024
_CHUNK = 1024 * 1024
_DAMAGES = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError)
"""What reading an archive raises that isn't one, or isn't whole."""


def size_and_digest(path: Path) -> tuple[int, str]:
    """Return the size of a file in bytes, and its SHA-256 in hexadecimal digits."""
    with path.open("rb") as opened:
        return path.stat().st_size, hashlib.file_digest(opened, "sha256").hexdigest()


def write_backup(path: Path, manifest: Manifest, database: Path) -> None:
    """Write a new file at `path`; a dump of PostgreSQL is packed already."""
    packed = zipfile.ZIP_STORED if manifest.database is DatabaseKind.POSTGRESQL else zipfile.ZIP_DEFLATED
    with new_private_file(path) as opened, zipfile.ZipFile(opened, "w", packed) as archive:
        archive.writestr(_MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
        archive.write(database, _DATABASE)


@contextmanager
def opened_backup(path: Path) -> Iterator["BackupFile"]:
    """Open a backup; raise a `BackupError` where it can't be read or is none."""
    try:
        archive = zipfile.ZipFile(path)
    except OSError as error:
        raise BackupError(f"{path} can't be read: {error.strerror}") from None
    except _DAMAGES as error:
        raise DamagedBackupError(f"{path} is damaged, or no backup: {error}") from None
    with archive:
        yield BackupFile(path, archive)


class BackupFile:
    """A backup that is open, whose manifest was read; raise a `BackupError` where that can't be."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self._path = path
        self._archive = archive
        self.manifest = self._manifest()

    def check(self) -> None:
        """Read all of the database; raise `DamagedBackupError` where it isn't what was written."""
        digest, size = hashlib.sha256(), 0
        try:
            with self._archive.open(_DATABASE) as opened:
                while chunk := opened.read(_CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
        except _DAMAGES as error:
            raise self._damaged(str(error)) from None
        if (size, digest.hexdigest()) != (self.manifest.size, self.manifest.sha256):
            raise self._damaged("the database in it has another digest than the manifest says")

    def extract(self, path: Path) -> None:
        """Write the database, which was checked, into a new file."""
        with self._archive.open(_DATABASE) as packed, new_private_file(path) as opened:
            shutil.copyfileobj(packed, opened, _CHUNK)

    def _manifest(self) -> Manifest:
        try:
            with self._archive.open(_MANIFEST) as opened:
                text = _bounded(opened)
            number = msgspec.json.decode(text, type=FormatOnly).format
            if number > FORMAT:
                raise ForeignBackupError(
                    f"{self._path} has format {number}, and this version reads up to {FORMAT}: "
                    "restore it with the version that made it, or a newer one"
                )
            return msgspec.json.decode(text, type=Manifest)
        except (*_DAMAGES, msgspec.MsgspecError) as error:
            raise self._damaged(f"its manifest can't be read: {error}") from None

    def _damaged(self, reason: str) -> DamagedBackupError:
        return DamagedBackupError(f"{self._path} is damaged, or no backup: {reason}")


def _bounded(opened: IO[bytes]) -> bytes:
    text = opened.read(_LARGEST_MANIFEST + 1)
    if len(text) > _LARGEST_MANIFEST:
        raise EOFError("it is too long")
    return text
