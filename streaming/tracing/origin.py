"""What a row or a message takes along of whoever has caused it, so that another process goes on under the same id."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import msgspec

from streaming.tracing.correlation import correlated, correlation_id
from streaming.tracing.spans import Attribute, SpanKind, below, span, traceparent_now

LONGEST_TRACEPARENT = 55
"""Of W3C Trace Context, version 00: all that is written here."""
_CORRELATION_ID, _TRACEPARENT = "correlation_id", "traceparent"


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Under which id something was caused, and within which span; empty where nobody has asked for it, or traces."""

    correlation_id: str = ""
    traceparent: str = ""

    def fields(self) -> dict[str, str]:
        """Return what a message takes along; nothing where there is nothing to tell."""
        fields = {_CORRELATION_ID: self.correlation_id, _TRACEPARENT: self.traceparent}
        return {name: value for name, value in fields.items() if value}


def origin_now() -> Origin:
    """Return the origin of what is caused here."""
    return Origin(correlation_id=correlation_id(), traceparent=traceparent_now())


def origin_of(message: Mapping[str, Any]) -> Origin:
    """Return the origin that a message has brought along."""
    return Origin(correlation_id=str(message.get(_CORRELATION_ID, "")), traceparent=str(message.get(_TRACEPARENT, "")))


@contextmanager
def continued(origin: Origin, name: str, /, **attributes: Attribute) -> Iterator[None]:
    """Do within the `with`, in a span called `name`, what follows from `origin`; where that is nobody's, in none."""
    with correlated(origin.correlation_id), below(origin.traceparent):
        if origin.correlation_id:
            with span(name, SpanKind.CONSUMER, **attributes):
                yield
        else:
            yield
