"""`manage.py doctor`: whether all is there that the platform needs, and what to do where it isn't."""

from functools import partial
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.doctor.backups import look_at_backups
from config.doctor.configuration import look_at_settings, look_at_versions
from config.doctor.database import look_at_database
from config.doctor.examination import Look, examine
from config.doctor.exchange import look_at_exchange, look_at_further_markets
from config.doctor.findings import Finding, State
from config.doctor.machine import look_at_disk, look_at_open_files, look_at_permissions
from config.doctor.redis_hosts import look_at_no_redis, look_at_redis
from streaming.layer.redis_hosts import host_name

SECONDS = 15.0


class Command(BaseCommand):
    """Looks at everything, and changes nothing."""

    help = (
        "Look whether all is there that the platform needs, as configured: settings, versions, clocks, permissions, "
        "the database with its migrations, each Redis, the exchange, open files, disk space. Each line is ok, warning "
        f"or failed, with what to do. It changes nothing, and takes {SECONDS:g} s at most, whoever doesn't answer. "
        "Exit code 0: nothing has failed; 1: something has."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what is found as it comes."""
        states: list[State] = []
        for finding in examine(_looks(), seconds=SECONDS):
            states.append(finding.state)
            self._print(finding)
        if count := states.count(State.FAILED):
            raise CommandError(f"{count} of {len(states)} failed")

    def _print(self, finding: Finding) -> None:
        styles = {State.OK: self.style.SUCCESS, State.WARNING: self.style.WARNING, State.FAILED: self.style.ERROR}
        state = styles[finding.state](finding.state.value.ljust(len(State.WARNING.value)))
        self.stdout.write(f"{state}  {finding.subject.ljust(10)}  {finding.text}")
        if finding.to_do:
            self.stdout.write(f"{' ' * 21}to do: {finding.to_do}")
        self.stdout.flush()


def _looks() -> dict[str, Look]:
    """Return what is looked at, by the part that is named where it doesn't come to an end."""
    redis: dict[str, Look] = {f"redis {host_name(url)}": partial(look_at_redis, url) for url in settings.REDIS_URLS}
    return {
        "versions": look_at_versions,
        "settings": look_at_settings,
        "permissions": look_at_permissions,
        "files": look_at_open_files,
        "disk": look_at_disk,
        "database": look_at_database,
        "backups": look_at_backups,
        **(redis or {"redis": look_at_no_redis}),
        "exchange": look_at_exchange,
        "further": look_at_further_markets,
    }
