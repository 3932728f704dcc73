"""What the platform asks its database and its settings before it starts."""

import threading
from typing import Any

import structlog
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from accounts.demo import users_with_known_passwords
from streaming.database.errors import AnyDatabaseError
from streaming.program import management_command

ANSWER_SECONDS = 10.0

logger = structlog.get_logger(__name__)


def refuse_known_passwords() -> None:
    """Raise `ImproperlyConfigured` in production where a user of the demo has the password that everybody knows.

    A database without tables holds nobody; one that doesn't answer in time lets nobody log in, and is no reason not to
    start. It may be called where an event loop runs: the question is asked in a thread of its own.
    """
    if settings.ENVIRONMENT != "production":
        return
    names: list[str] = []
    thread = threading.Thread(target=lambda: names.extend(_ask()), daemon=True)
    thread.start()
    thread.join(ANSWER_SECONDS)
    if thread.is_alive():
        logger.warning("the database did not say in time whether it holds users with known passwords")
    if names:
        raise ImproperlyConfigured(_sentence(names))


def refuse_metrics_without_token() -> None:
    """Raise `ImproperlyConfigured` where metrics are for whoever has a token, and there is none."""
    if settings.METRICS == "token" and not settings.METRICS_TOKEN:
        raise ImproperlyConfigured("METRICS is token, and METRICS_TOKEN is not set")


def _ask() -> list[str]:
    try:
        return users_with_known_passwords()
    except AnyDatabaseError as error:
        logger.warning("the database did not say whether it holds users with known passwords", reason=repr(error))
        return []
    finally:
        connections.close_all()


def _sentence(names: list[str]) -> str:
    return (
        f"production does not start while everybody knows the password of {' and '.join(names)}: "
        f"give each a new one by `{management_command('changepassword')}`, or delete the user"
    )


@checks.register(checks.Tags.security, deploy=True)
def check_known_passwords(**_: Any) -> list[checks.CheckMessage]:
    """Say the same in `manage.py check --deploy`."""
    try:
        refuse_known_passwords()
    except ImproperlyConfigured as refusal:
        return [checks.Error(str(refusal), id="tidewire.E001")]
    return []
