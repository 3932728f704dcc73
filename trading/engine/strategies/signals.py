"""What a strategy advises. Apart from its context, so that whoever stores and tells it loads no NumPy."""

from decimal import Decimal

import msgspec

from streaming.events import SignalAction

__all__ = ["Signal", "SignalAction"]


class Signal(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a strategy thinks should be done at `time` (ms): with its confidence from 0 to 1, and why in words."""

    time: int
    action: SignalAction
    confidence: Decimal
    reason: str


def version_told(version: str, algorithm: str, model_version: int | None) -> str:
    """Return the version that a signal is told with: its strategy's, or where it went by a model `boosting 7`."""
    return version if model_version is None else f"{algorithm} {model_version}".lstrip()
