"""`manage.py restore`: a backup into an empty database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from redis.exceptions import RedisError

from config.backups.configured import configured_database
from config.backups.descriptions import contents_text, origin_text
from config.backups.errors import BackupError
from config.backups.manifest import Manifest
from config.backups.restoring import backup_restore, migrations_apply, set_right
from config.management.console_output import ConsoleOutputCommand
from config.management.demo_preparation import ended_by_signals
from config.redis_names import forget_names
from config.up.local import without_password
from streaming.backup_records.services import restored_backup_note
from streaming.database.errors import AnyDatabaseError
from streaming.management.terminal import INTERRUPTED


class Command(ConsoleOutputCommand):
    """Restores a backup into the configured database."""

    help = (
        "Fill the database of DATABASE_URL, which must be empty, with a backup of the same kind of database; compare "
        "what is there with what the backup says, bring it to this version, and let nothing come back to life: "
        "everybody is logged out, leases are free, deliveries that waited aren't made. Nothing may run on it "
        "meanwhile. Exit code 0: all of it is done; 1: it isn't, and the sentence says whether anything was changed; "
        "130: interrupted."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take which one, and whether Redis is to forget."""
        parser.add_argument("file", metavar="FILE", type=Path, help="what `manage.py backup` has written")
        parser.add_argument(
            "--empty-redis",
            action="store_true",
            help="forget what the configured Redis keeps under REDIS_PREFIX, as must be before anything starts again; "
            "it is of what was told since the backup",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore, and say each step as it is done."""
        with ended_by_signals():
            self._restore(options["file"], empty_redis=options["empty_redis"])
            return
        raise CommandError(
            "Interrupted. Where the database has tables by now, don't use it: drop it, and restore anew.",
            returncode=INTERRUPTED,
        )

    def _restore(self, file: Path, *, empty_redis: bool) -> None:
        try:
            manifest = self._fill(file)
        except BackupError as error:
            raise CommandError(f"Not restored: {error}") from None
        except AnyDatabaseError as error:
            raise CommandError(f"Not restored: the database can't be used: {error}") from None
        try:
            self._finish(manifest, file.stat().st_size, empty_redis=empty_redis)
        except (AnyDatabaseError, RedisError) as error:
            raise CommandError(
                f"The database is filled, and not ready: {error}. Drop it, and restore anew once that is mended"
            ) from None

    def _fill(self, file: Path) -> Manifest:
        database = configured_database()
        self.say("database", f"{database.kind.product} {database.version()}, {database.place}")
        manifest = backup_restore(database, file)
        self.say("backup", origin_text(manifest))
        self.say("checked", f"{contents_text(manifest)}: all is there as the backup says")
        return manifest

    def _finish(self, manifest: Manifest, size: int, *, empty_redis: bool) -> None:
        if count := migrations_apply(manifest):
            self.say("version", f"{count} migrations were newer than the backup, and are applied")
        self.say("set right", "; ".join(set_right(manifest)))
        restored_backup_note(made_at=manifest.made_at, size=size)
        if not settings.REDIS_URLS:
            return
        addresses = " ".join(map(without_password, settings.REDIS_URLS))
        if not empty_redis:
            self.say("redis", f"before anything starts, what {addresses} keeps must go: see docs/operations.md")
            return
        for address in settings.REDIS_URLS:
            forget_names(address, settings.REDIS_PREFIX)
        self.say("redis", f"{addresses} has forgotten the names that begin with {settings.REDIS_PREFIX}:")
