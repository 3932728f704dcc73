"""Which sources there are: each folder here that has a module `source`. It knows no more, for settings ask it."""

from pathlib import Path


def source_names() -> list[str]:
    """Return the names of all sources, sorted."""
    return sorted(module.parent.name for module in Path(__file__).parent.glob("*/source.py"))
