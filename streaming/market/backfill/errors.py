"""What can go wrong in a backfill; each message is a sentence for people.

BackfillError
├── BackfillRefusedError      what was asked for can't be done; nothing was stored
└── BackfillStoppedError      it can't go on now; what is stored stays
ArchiveError                  a file of the archive can't be used, and REST may have its candles
├── ArchiveMissingError       there is no such file
├── ArchiveRefusedError       there is one, but it can't be trusted
└── ArchiveUnavailableError   the archive doesn't answer
"""


class BackfillError(Exception):
    """A backfill can't be done, or not go on."""


class BackfillRefusedError(BackfillError):
    """What was asked for is wrong; nothing was stored."""


class BackfillStoppedError(BackfillError):
    """It can't go on now; what is stored stays."""


class ArchiveError(Exception):
    """A file of the archive can't be used."""


class ArchiveMissingError(ArchiveError):
    """The archive has no such file."""


class ArchiveRefusedError(ArchiveError):
    """The file is not what it should be; nothing of it may be used."""


class ArchiveUnavailableError(ArchiveError):
    """The archive could not be reached, or failed."""
