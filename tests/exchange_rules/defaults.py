"""What the settings are where the environment says nothing: read from their source, so that no environment shows."""

import ast
from functools import cache
from pathlib import Path
from typing import Any

_SETTINGS = Path(__file__).resolve().parents[2] / "platform" / "config" / "settings"


@cache
def _defaults() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for module in sorted(_SETTINGS.glob("*.py")):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name("env")), args=[ast.Constant(str(name)), default]):
                    if isinstance(default, ast.Constant | ast.List | ast.UnaryOp):
                        found[name] = ast.literal_eval(default)
    return found


def default_of(name: str) -> Any:
    """Return the default of the setting of that name."""
    return _defaults()[name]


def all_defaults() -> dict[str, Any]:
    """Return the defaults of all settings whose default is written out."""
    return dict(_defaults())
