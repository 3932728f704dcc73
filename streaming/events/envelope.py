"""Envelopes: how an event travels through the channel layer."""

from collections.abc import Iterable
from typing import Any, Union

import msgspec

from streaming.errors import RegistrationError
from streaming.events.base import BaseEvent


class Envelope(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An event on its way: the producer's fencing number (`epoch`) and its count on this topic (`sequence`, from 1).

    A receiver drops epochs lower than it has seen, so a producer that lost its lease can't go on publishing. `again`
    marks one that was sent before with the same number, for those who may have missed it; others leave it out. `begins`
    marks the first since its producer began with the topic: who has heard nothing yet has missed nothing. `stored` is
    the id under which the producer keeps the event until it knows it published, 0 where it keeps none: whoever takes
    over publishes it again, under a number of its own.
    """

    epoch: int
    sequence: int
    event: BaseEvent
    again: bool = False
    begins: bool = False
    stored: int = 0


_encoder = msgspec.msgpack.Encoder()


def encode(envelope: Envelope) -> bytes:
    """Return the msgpack bytes that travel through the channel layer."""
    return _encoder.encode(envelope)


class EnvelopeDecoder:
    """Reads envelopes of events of the given kinds; raise `RegistrationError` where two of them have the same tag."""

    def __init__(self, kinds: Iterable[type[BaseEvent]]) -> None:
        known = tuple(kinds)
        try:
            self._decoder = msgspec.msgpack.Decoder(_encoded_envelope(known))
        except TypeError as error:
            raise RegistrationError(f"these events can't be told apart: {error}") from error

    def decode(self, body: bytes) -> Envelope:
        """Return the envelope in `body`; raise `msgspec.DecodeError` where it isn't one of a known event."""
        read = self._decoder.decode(body)
        return Envelope(
            epoch=read.epoch,
            sequence=read.sequence,
            event=read.event,
            again=read.again,
            begins=read.begins,
            stored=read.stored,
        )


def _encoded_envelope(kinds: tuple[type[BaseEvent], ...]) -> Any:
    """Return the type of an envelope whose event is one of these, which msgspec tells apart by their tags."""
    event: Any = Union.__getitem__(kinds)  # they are known once apps have declared them
    fields: list[tuple[str, Any] | tuple[str, Any, Any]] = [
        ("epoch", int),
        ("sequence", int),
        ("event", event),
        ("again", bool, False),
        ("begins", bool, False),
        ("stored", int, 0),
    ]
    return msgspec.defstruct("EncodedEnvelope", fields, frozen=True, kw_only=True)
