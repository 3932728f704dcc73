"""The platform's settings with every logger as loud as can be, and with places that fail when they are asked to."""

from config.settings import *  # noqa: F403
from config.settings import LOGGING

_QUIET = "django.db.backends"  # its lines are whole rows of the database; LOG_LEVEL doesn't open it
LOGGING["root"]["level"] = "DEBUG"
for _name, _logger in LOGGING["loggers"].items():
    if _name != _QUIET:
        _logger["level"] = "DEBUG"

ROOT_URLCONF = "tests.wire.loud.urls"
GATEWAY_AUTHENTICATOR = "tests.wire.loud.failing.authenticate"
