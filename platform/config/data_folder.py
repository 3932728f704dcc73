"""Where the platform keeps its own files where `VAR_DIR` doesn't say it."""

from collections.abc import Mapping
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from streaming import program

_FOLDER = "var"
_NAME = "tidewire"


def default_data_folder(environment: Mapping[str, str]) -> Path:
    """Return `var` of the checkout, else the user's folder of application data, wherever the platform is started.

    That is `tidewire` in `XDG_DATA_HOME`, or in `~/.local/share` (XDG Base Directory Specification 0.8, which has
    paths that aren't absolute ignored); of a user who has no home, `var` in the current folder.
    """
    if program.IS_CHECKOUT:
        return program.ROOT / _FOLDER
    given = Path(environment.get("XDG_DATA_HOME", ""))
    if given.is_absolute():
        return given / _NAME
    try:
        return Path.home() / ".local" / "share" / _NAME
    except RuntimeError:
        return Path.cwd() / _FOLDER


def make_folder(folder: Path) -> None:
    """Make a folder where it is missing; raise `ImproperlyConfigured` where that can't be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"{folder} can't be made: {error.strerror}. Set VAR_DIR to another folder") from None
