"""What the settings are where the environment says nothing: read from their source, so that no environment shows."""

import ast
from functools import cache
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[2]
_APPS = ("accounts", "alerts", "streaming", "trading")
_SETTINGS = [
    _ROOT / "platform" / "config" / "settings.py",
    *(found for app in _APPS for found in sorted((_ROOT / app).rglob("settings.py"))),
]


@cache
def _defaults() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for module in _SETTINGS:
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
