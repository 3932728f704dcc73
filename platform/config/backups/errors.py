"""Why there is no backup, or why one isn't restored; each says what to do.

BackupError
├── DamagedBackupError      the file isn't what was written
├── ForeignBackupError      the file is whole, and not for this database or this version
├── OccupiedDatabaseError   there is something in the database that a restore would mix with
└── IncompleteRestoreError  the database was filled, and is not to be used
"""


class BackupError(Exception):
    """Nothing was written, and nothing changed."""


class DamagedBackupError(BackupError):
    """The file isn't whole, or is no backup."""


class ForeignBackupError(BackupError):
    """The file is of another kind of database, or of a newer version."""


class OccupiedDatabaseError(BackupError):
    """The database isn't empty, or others use it."""


class IncompleteRestoreError(BackupError):
    """What is in the database now is not what the backup says."""
