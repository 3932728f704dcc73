"""Versions and settings: what runs here, and what Django and the platform say against its settings."""

import platform
from collections.abc import Iterator
from email.utils import parseaddr

import django
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils.module_loading import import_string

from config.doctor.findings import Finding, failed, ok, warning
from config.versions import platform_version
from streaming.program import management_command


def look_at_versions() -> Iterator[Finding]:
    """Yield which versions of what everything stands on run here."""
    text = f"Tidewire {platform_version()}, Python {platform.python_version()}, Django {django.get_version()}"
    yield ok("versions", text)


def look_at_settings() -> Iterator[Finding]:
    """Yield what is said against the settings; that they can be read at all, every command has shown."""
    is_production = settings.ENVIRONMENT == "production"
    said = (*_start_checks(), *_django_checks(is_production), *_doubts(is_production))
    objections = {finding.text: finding for finding in said}
    well = ok("settings", f"nothing is wrong with them; ENVIRONMENT is {settings.ENVIRONMENT}")
    yield from objections.values() or [well]


def _start_checks() -> Iterator[Finding]:
    """Yield for what `serve` and the workers would not start."""
    for name in settings.START_CHECKS:
        try:
            import_string(name)()
        except ImproperlyConfigured as refusal:
            yield failed("settings", str(refusal), "correct it: nothing starts before")


def _django_checks(is_production: bool) -> Iterator[Finding]:
    """Yield what `manage.py check` says; in production, what it says with `--deploy`."""
    for found in checks.run_checks(include_deployment_checks=is_production):
        if found.is_silenced() or found.level < checks.WARNING:
            continue
        to_do = found.hint or f"see {found.id} in Django's documentation"
        make = failed if found.level >= checks.ERROR else warning
        yield make("settings", found.msg, to_do)


def _doubts(is_production: bool) -> Iterator[Finding]:
    if settings.REDIS_URLS and connection.vendor == "sqlite":
        text = "Redis is configured, and the database is SQLite, which has one writer at a time"
        yield warning("settings", text, "set DATABASE_URL to a PostgreSQL where several processes run")
    if is_production and not settings.EMAIL_URL:
        text = "EMAIL_URL is empty: mails go into a folder, and to nobody"
        yield warning("settings", text, "set it to a mail server")
    if is_production and settings.EMAIL_URL and "." not in _domain_of_sender():
        text = f"DEFAULT_FROM_EMAIL is {settings.DEFAULT_FROM_EMAIL}: mail servers refuse a sender without a domain"
        yield warning("settings", text, "set it to an address of a domain of yours")
    if is_production and not any(settings.STATIC_ROOT.iterdir()):
        text = f"{settings.STATIC_ROOT} is empty: pages have neither scripts nor styles"
        yield failed("settings", text, management_command("collectstatic --noinput"))


def _domain_of_sender() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2]
