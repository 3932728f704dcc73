"""Envelopes: how an event travels through the channel layer."""

import msgspec

from streaming.events.engine import EngineUpdate
from streaming.events.market import Block, CombinedPrice, MarketUpdate, Resync
from streaming.events.system import SystemUpdate
from streaming.events.user import UserUpdate

NamedUpdate = EngineUpdate | SystemUpdate
Event = MarketUpdate | CombinedPrice | Resync | Block | UserUpdate | NamedUpdate


class Envelope(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An event on its way: the producer's fencing number (`epoch`) and its count on this topic (`sequence`, from 1).

    A receiver drops epochs lower than it has seen, so a producer that lost its lease can't go on publishing. `again`
    marks one that was sent before with the same number, for those who may have missed it; others leave it out.
    """

    epoch: int
    sequence: int
    event: Event
    again: bool = False


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Envelope)


def encode(envelope: Envelope) -> bytes:
    """Return the msgpack bytes that travel through the channel layer."""
    return _encoder.encode(envelope)


def decode(body: bytes) -> Envelope:
    """Return the envelope in `body`; raise `msgspec.DecodeError` where it isn't one."""
    return _decoder.decode(body)
