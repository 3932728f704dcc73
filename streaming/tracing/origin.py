"""What a row or a message takes along of whoever has caused it, so that another process goes on under the same id."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import msgspec

from streaming.tracing.correlation import correlated, correlation_id

_FIELD = "correlation_id"


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Under which id something was caused; empty where nobody has asked for it."""

    correlation_id: str = ""

    def fields(self) -> dict[str, str]:
        """Return what a message takes along; nothing where there is nothing to tell."""
        return {_FIELD: self.correlation_id} if self.correlation_id else {}


def origin_now() -> Origin:
    """Return the origin of what is caused here."""
    return Origin(correlation_id=correlation_id())


def origin_of(message: Mapping[str, Any]) -> Origin:
    """Return the origin that a message has brought along."""
    return Origin(correlation_id=str(message.get(_FIELD, "")))


@contextmanager
def continued(origin: Origin) -> Iterator[None]:
    """Do within the `with` what follows from `origin`."""
    with correlated(origin.correlation_id):
        yield
