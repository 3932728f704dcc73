"""Fields of Structs that Django's settings give where whoever makes one names no other value.

The `settings.py` of an app has the name, the default and the explanation of each of its settings, and no other place.
"""

from collections.abc import Callable
from typing import Any

import msgspec
from django.conf import settings


def setting(name: str, convert: Callable[[Any], Any] = lambda value: value) -> Any:
    """Return a field whose default is what the setting of that name says when a Struct is made."""
    return msgspec.field(default_factory=lambda: convert(getattr(settings, name)))
