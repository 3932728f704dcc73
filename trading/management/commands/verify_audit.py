"""`manage.py verify_audit`: whether the audit is whole."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from trading.audit.verification import AuditBrokenError, audit_verify, last_hash


class Command(BaseCommand):
    """Walks over the audit, and ends with 1 and the first wrong row where it isn't whole."""

    help = "Look whether each row of the audit is as it was added, and none is missing; exits with 1 where not."

    def handle(self, **_: Any) -> None:
        """Walk, with a line of progress on a terminal."""
        checked = 0
        try:
            for checked, total in audit_verify():
                self._progress(f"{checked:,} of {total:,} rows are right")
        except AuditBrokenError as error:
            self._progress("")
            raise CommandError(f"{error}") from None
        self._progress("")
        self.stdout.write(f"The audit is whole: {checked:,} rows; the last has the hash {last_hash()}")

    def _progress(self, text: str) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\r\033[K{text}", ending="")
            self.stdout.flush()
