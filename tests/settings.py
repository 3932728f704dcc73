"""The settings that tests run with, and the processes that they start: the platform's, with the tests' own apps."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS as _APPS

INSTALLED_APPS = [*_APPS, "tests.planned_parts_app"]
