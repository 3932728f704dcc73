"""Which sources there are: each folder here that has a module `source`; and the defaults of settings that are its own.

It knows no more, for settings ask it.
"""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any


def source_names() -> list[str]:
    """Return the names of all sources, sorted."""
    return sorted(module.parent.name for module in Path(__file__).parent.glob("*/source.py"))


def own_settings(name: str) -> Mapping[str, Any]:
    """Return what a source has for settings that the environment doesn't give, by their names.

    That is the `SETTINGS` of a module `own_settings` in its folder; without one the defaults are for it.
    """
    if not (Path(__file__).parent / name / "own_settings.py").is_file():
        return {}
    own: Mapping[str, Any] = import_module(f"{__package__}.{name}.own_settings").SETTINGS
    return own
