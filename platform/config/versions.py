"""Which version of the platform this is."""

import tomllib
from importlib import metadata

from streaming.program import IS_CHECKOUT, ROOT

_NAME = "tidewire"


def platform_version() -> str:
    """Return the version, of the checkout or of the installed package."""
    if IS_CHECKOUT:
        described = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        return str(described["project"]["version"])
    return metadata.version(_NAME)
