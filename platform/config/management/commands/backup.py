"""`manage.py backup`: all that the database holds, in one file."""

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from config.backups.configured import configured_database
from config.backups.creating import backup_create
from config.backups.descriptions import contents_text, size_text
from config.backups.errors import BackupError
from config.backups.manifest import Manifest
from config.backups.old_backups import old_backups
from config.management.console_output import ConsoleOutputCommand
from config.management.demo_preparation import ended_by_signals
from streaming.backup_records.selectors import noted_backups
from streaming.backup_records.services import KEPT_NOTES, backup_note
from streaming.database.errors import AnyDatabaseError
from streaming.management.terminal import INTERRUPTED
from streaming.numbers import whole_number


class Command(ConsoleOutputCommand):
    """Makes a backup of the configured database."""

    help = (
        "Write all that the database holds, as it is at one moment, to a new file that only this user may read; the "
        "platform may go on meanwhile. FILE is there whole, or not at all. Of PostgreSQL it takes pg_dump. Nothing "
        "that lies there is deleted, but by --keep-last. "
        "Exit code 0: it is written, and was read again; 1: it isn't; 130: interrupted."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take where to."""
        parser.add_argument("file", metavar="FILE", type=Path, help="the new file, in a folder that is there")
        parser.add_argument(
            "--keep-last",
            metavar="N",
            type=_number_to_keep,
            help="once FILE is written and noted, delete this database's other backups in its folder, but for the last "
            f"N with FILE among them (1 to {KEPT_NOTES}); what it hasn't noted stays",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it, and say what is in it."""
        self._is_written = False
        with ended_by_signals():
            manifest = self._make(options["file"])
            if self._note(manifest, options["file"].stat().st_size) and options["keep_last"] is not None:
                self._make_room(options["file"], options["keep_last"])
            return
        raise CommandError(
            f"Interrupted; {'the backup is written' if self._is_written else 'nothing was written'}.",
            returncode=INTERRUPTED,
        )

    def _make(self, file: Path) -> Manifest:
        try:
            database = configured_database()
            self.say("database", f"{database.kind.product} {database.version()}, {database.place}")
            manifest = backup_create(database, file)
            self._is_written = True
        except BackupError as error:
            raise CommandError(f"No backup: {error}") from None
        except AnyDatabaseError as error:
            raise CommandError(f"No backup: the database can't be used: {error}") from None
        self.say("contents", contents_text(manifest))
        self.say("left out", f"the rows of {', '.join(manifest.left_out)}")
        self.say("backup", f"{file}, {size_text(file.stat().st_size)}")
        return manifest

    def _note(self, manifest: Manifest, size: int) -> bool:
        """Let those who watch over the deployment know; the backup is there, whatever comes of that."""
        try:
            backup_note(made_at=manifest.made_at, size=size)
        except AnyDatabaseError as error:  # it is of an older version, say, or may only be read
            reason = str(error).partition("\n")[0]
            self.say("not noted", f"alerts and `doctor` don't know of it, as the database takes no note: {reason}")
            return False
        return True

    def _make_room(self, written: Path, keep_last: int) -> None:
        """Delete old backups; the new one is there, whatever comes of that."""
        noted = set(noted_backups().values_list("made_at", "size"))
        try:
            for path in old_backups(written, noted, keep_last=keep_last):
                path.unlink()
                self.say("deleted", str(path))
        except OSError as error:
            self.say("not deleted", f"{error.filename}: {error.strerror}")


def _number_to_keep(text: str) -> int:
    number = whole_number(text)
    if number is None or not 1 <= number <= KEPT_NOTES:
        raise ArgumentTypeError(f"a whole number from 1 to {KEPT_NOTES}, not {text!r}")
    return number
