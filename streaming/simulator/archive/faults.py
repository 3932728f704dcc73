"""What can be wrong with a file of the archive, on request. Pure."""

from collections.abc import Iterable
from enum import StrEnum
from fnmatch import fnmatchcase
from io import BytesIO
from zipfile import ZipFile

import msgspec

_NO_ZIP = b"<html><head><title>503 Service Unavailable</title></head><body>Try again later.</body></html>\n"
_SHORT_COLUMNS = 7


class ArchiveFaultKind(StrEnum):
    """What can be wrong."""

    MISSING = "missing"
    """The file isn't there, nor is its checksum (404)."""
    TRUNCATED = "truncated"
    """The last third of the file is missing; the checksum is that of the whole."""
    WRONG_CHECKSUM = "wrong-checksum"
    """The checksum is that of something else."""
    MISSING_CHECKSUM = "missing-checksum"
    """The file is there, its checksum isn't (404)."""
    HOLE = "hole"
    """`rows` candles are missing from the `row`-th on."""
    EMPTY_ZIP = "empty-zip"
    """A zip without a file in it; the checksum fits."""
    NOT_A_ZIP = "not-a-zip"
    """A web page in place of a zip; the checksum fits."""
    SHORT_ROWS = "short-rows"
    """`rows` rows from the `row`-th on end after seven columns."""
    TEXT_ROWS = "text-rows"
    """`rows` rows from the `row`-th on have text where numbers belong."""


class ArchiveFault(msgspec.Struct, frozen=True, kw_only=True):
    """One fault of the files whose names (without `.zip`) match `files`, a shell pattern such as `BTCUSDT-1m-2026-*`.

    Rows are counted from 0, without the header. What doesn't apply to a kind is ignored.
    """

    kind: ArchiveFaultKind
    files: str = "*"
    row: int = 0
    rows: int = 1


class ArchiveFaults:
    """The faults that are on."""

    def __init__(self, faults: Iterable[ArchiveFault] = ()) -> None:
        self._faults = list(faults)

    @property
    def active(self) -> tuple[ArchiveFault, ...]:
        """All faults that are on, in the order in which they were injected."""
        return tuple(self._faults)

    def inject(self, fault: ArchiveFault) -> None:
        """Add a fault; there may be several of a kind."""
        self._faults.append(fault)

    def end(self, kind: ArchiveFaultKind) -> bool:
        """End all faults of a kind; return whether there was one."""
        others = [fault for fault in self._faults if fault.kind is not kind]
        ended, self._faults = len(others) < len(self._faults), others
        return ended

    def of(self, name: str) -> "FileFaults":
        """Return the faults of one file."""
        return FileFaults(tuple(fault for fault in self._faults if fnmatchcase(name, fault.files)))


class FileFaults(msgspec.Struct, frozen=True):
    """The faults of one file: of its rows, of its bytes and of its checksum."""

    faults: tuple[ArchiveFault, ...] = ()

    def __contains__(self, kind: ArchiveFaultKind) -> bool:
        """Whether there is a fault of that kind."""
        return any(fault.kind is kind for fault in self.faults)

    def row(self, number: int, columns: list[object]) -> list[object] | None:
        """Return a row as it is written; None where it is left out."""
        for fault in self.faults:
            if not fault.row <= number < fault.row + fault.rows:
                continue
            match fault.kind:
                case ArchiveFaultKind.HOLE:
                    return None
                case ArchiveFaultKind.SHORT_ROWS:
                    columns = columns[:_SHORT_COLUMNS]
                case ArchiveFaultKind.TEXT_ROWS:
                    columns = [columns[0], *("n/a" for _ in columns[1:-1]), columns[-1]]
                case _:
                    pass
        return columns

    def replaced(self, file: bytes) -> bytes:
        """Return what lies in the place of a file, for which its checksum is made."""
        if ArchiveFaultKind.NOT_A_ZIP in self:
            return _NO_ZIP
        return _empty_zip() if ArchiveFaultKind.EMPTY_ZIP in self else file

    def sent(self, file: bytes) -> bytes:
        """Return the part of a file that is sent."""
        return file[: len(file) * 2 // 3] if ArchiveFaultKind.TRUNCATED in self else file


def _empty_zip() -> bytes:
    buffer = BytesIO()
    ZipFile(buffer, "w").close()
    return buffer.getvalue()
