"""What people type to run the platform: `manage.py` and `make` in a checkout, `tidewire` where it was installed."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
"""A checkout's root; where the platform was installed, the folder of the environment's packages."""
IS_CHECKOUT = (ROOT / "manage.py").is_file()
_INSTALLED = "tidewire"


def management_command(words: str) -> str:
    """Return how a management command is typed here, such as `manage.py migrate`."""
    return f"{'manage.py' if IS_CHECKOUT else _INSTALLED} {words}"


def make_target(name: str) -> str:
    """Return how a target of the Makefile that runs the command of its name is typed here, such as `make demo`."""
    return f"{'make' if IS_CHECKOUT else _INSTALLED} {name}"
