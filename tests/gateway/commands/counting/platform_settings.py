"""The platform's settings, with the app that counts."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS as _APPS

INSTALLED_APPS = [*_APPS, "tests.gateway.commands.counting"]
