"""Spans of what is done on somebody's behalf, where tracing is on (`TRACING`); else there are none, at no cost.

Who makes them is given by `trace_by`; this module knows neither OpenTelemetry nor Django.
"""

from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from typing import Protocol

Attribute = str | int | float | bool


class SpanKind(StrEnum):
    """What a span is of, as OpenTelemetry tells spans apart."""

    SERVER = "server"
    CONSUMER = "consumer"
    CLIENT = "client"
    INTERNAL = "internal"


class Span(Protocol):
    """A span that is under way."""

    def note(self, name: str, value: Attribute) -> None:
        """Note what is known only now."""
        ...

    def fail(self, why: str) -> None:
        """Note that it has failed; `why` is a word or two, and holds no text of anybody's."""
        ...


class Tracer(Protocol):
    """Whoever makes spans."""

    def span(self, name: str, kind: SpanKind, attributes: dict[str, Attribute]) -> AbstractContextManager[Span]:
        """Give a span for the time of the `with`, below the one that is under way here."""
        ...

    def below(self, traceparent: str) -> AbstractContextManager[object]:
        """Let the spans within the `with` be below that of another process; below none where it is empty, or none."""
        ...

    def traceparent(self) -> str:
        """Return the span that is under way here as W3C Trace Context writes it; empty where there is none."""
        ...


class _NoSpan:
    """What there is where nothing is traced."""

    def note(self, name: str, value: Attribute) -> None:
        """Do nothing."""

    def fail(self, why: str) -> None:
        """Do nothing."""


_NOTHING: AbstractContextManager[Span] = nullcontext(_NoSpan())
_tracer: Tracer | None = None


def trace_by(tracer: Tracer | None) -> None:
    """Let spans be made by `tracer` from now on; None: by nobody."""
    global _tracer  # noqa: PLW0603 - a process has one
    _tracer = tracer


def is_tracing() -> bool:
    """Return whether spans are made."""
    return _tracer is not None


def span(name: str, kind: SpanKind = SpanKind.INTERNAL, /, **attributes: Attribute) -> AbstractContextManager[Span]:
    """Give a span for the time of the `with`.

    `attributes` are named `tidewire.<name>`. An exception that goes through is noted by its type alone.
    """
    if _tracer is None:
        return _NOTHING
    return _tracer.span(name, kind, {f"tidewire.{key}": value for key, value in attributes.items()})


def below(traceparent: str) -> AbstractContextManager[object]:
    """Let the spans within the `with` follow from that of another process, and from none that is under way here."""
    return _NOTHING if _tracer is None else _tracer.below(traceparent)


def traceparent_now() -> str:
    """Return the span that is under way here, as a `traceparent` of W3C Trace Context; empty where there is none."""
    return "" if _tracer is None else _tracer.traceparent()
