#!/usr/bin/env python
"""Django's command line, with `platform/` (a folder of settings, not a package) and the client library on the path."""

import gc
import os
import sys
from pathlib import Path


def main() -> None:
    """Run the management command named on the command line."""
    gc.disable()  # of what a start loads nothing becomes garbage; `PlatformConfig.ready` turns it on again
    root = Path(__file__).resolve().parent
    sys.path[:0] = [str(root / "platform"), str(root / "clients" / "python")]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - needs the path above

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
