"""The platform's settings with a database that can only be read: SQLite's file, opened so."""

from config.settings import *  # noqa: F403
from config.settings import DATABASES

DATABASES["default"]["NAME"] = f"file:{DATABASES['default']['NAME']}?mode=ro"
DATABASES["default"]["OPTIONS"]["uri"] = True
