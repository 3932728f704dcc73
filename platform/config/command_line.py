"""The platform's command line: `manage.py` in a checkout, `tidewire` where the platform was installed."""

import gc
import os
import sys
from importlib import metadata


def main() -> None:
    """Run the management command named on the command line; a setting that can't be ends it with one sentence."""
    gc.disable()  # of what a start loads nothing becomes garbage; `PlatformConfig.ready` turns it on again
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415 - not before the collector is off
    from django.core.management import execute_from_command_line  # noqa: PLC0415
    from environs import EnvError  # noqa: PLC0415

    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, EnvError) as refusal:
        if "--traceback" in sys.argv:
            raise
        sys.exit(f"{type(refusal).__name__}: {refusal}")


def tidewire() -> None:
    """Do the same as the command `tidewire`: its version is the platform's, its demo says no more than `make demo`."""
    if sys.argv[1:] in (["version"], ["--version"]):
        sys.stdout.write(f"{metadata.version('tidewire')}\n")
        return
    if sys.argv[1:2] == ["demo"]:
        os.environ.setdefault("LOG_LEVEL", "WARNING")
    main()


if __name__ == "__main__":
    main()
