"""Fields of Structs that Django's settings give where whoever makes one names no other value.

The `settings.py` of an app has the name, the default and the explanation of each of its settings, and no other place.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

import msgspec
from django.conf import settings

_instead: ContextVar[Mapping[str, Any]] = ContextVar("settings instead", default=MappingProxyType({}))


def setting(name: str, convert: Callable[[Any], Any] = lambda value: value) -> Any:
    """Return a field whose default is what the setting of that name says when a Struct is made."""
    return msgspec.field(default_factory=lambda: convert(_value(name)))


@contextmanager
def settings_instead(values: Mapping[str, Any]) -> Iterator[None]:
    """Let the Structs that are made within have these values in place of the settings of those names."""
    token = _instead.set(values)
    try:
        yield
    finally:
        _instead.reset(token)


def _value(name: str) -> Any:
    instead = _instead.get()
    return instead[name] if name in instead else getattr(settings, name)
