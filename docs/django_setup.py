"""The scripts of docs/ read what the platform declares: its packages must be on the path, its apps loaded."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def set_up_django() -> None:
    """Make the platform importable, and load its apps; help of commands is written a hundred columns wide."""
    sys.path[:0] = [str(ROOT), str(ROOT / "platform"), str(ROOT / "clients" / "python")]
    os.environ.update(DJANGO_SETTINGS_MODULE="config.settings", COLUMNS="100", NO_COLOR="1")
    import django  # noqa: PLC0415 - needs what stands above

    django.setup()
