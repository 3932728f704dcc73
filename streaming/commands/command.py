"""A command as a client gives it, whichever dialect it speaks."""

from collections.abc import Mapping
from typing import Any

import msgspec


class Command(msgspec.Struct, frozen=True):
    """A client wants something done; `params` are read by the command that `action` names."""

    id: str
    action: str
    params: Mapping[str, Any]
