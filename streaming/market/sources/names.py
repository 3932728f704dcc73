"""Which sources there are: each folder here that has a module `source`; the defaults of settings that are its own, and
how it names what it trades against dollars.

It knows no more, for settings ask it.
"""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any


def source_names() -> list[str]:
    """Return the names of all sources, sorted."""
    return sorted(module.parent.name for module in Path(__file__).parent.glob("*/source.py"))


def own_settings(name: str) -> Mapping[str, Any]:
    """Return what a source has for settings that the environment doesn't give, by their names.

    That is the `SETTINGS` of a module `own_settings` in its folder; without one the defaults are for it.
    """
    own: Mapping[str, Any] = getattr(_own(name), "SETTINGS", {})
    return own


def dollar_market(name: str, base: str) -> str:
    """Return what a source calls the market of `base` against the dollars that it has: US dollars, or a stablecoin.

    That is by the `DOLLAR_MARKET` of a module `own_settings` in its folder; without one it is Binance's.

    >>> dollar_market("kraken", "BTC"), dollar_market("binance", "BTC")
    ('BTC/USD', 'BTCUSDT')
    """
    pattern: str = getattr(_own(name), "DOLLAR_MARKET", "{base}USDT")
    return pattern.format(base=base)


def _own(name: str) -> ModuleType | None:
    if not (Path(__file__).parent / name / "own_settings.py").is_file():
        return None
    return import_module(f"{__package__}.{name}.own_settings")
