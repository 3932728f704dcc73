"""Where a bridge stopped on each topic of which every event counts, for the one that follows it. Pure."""

import msgspec

from streaming.events import Candle, Event, MarketEvent, Source, Trades


class Checkpoint(msgspec.Struct, frozen=True, array_like=True):
    """How far a topic was told without a hole.

    `number` is the id of the last trade, or when the next candle opens that isn't told closed; None where nothing was
    told yet. `time` is the last event's, by the exchange's clock, or since when the topic is wanted.
    """

    source: Source
    number: int | None
    time: int


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Checkpoint)


def encode_checkpoint(checkpoint: Checkpoint) -> bytes:
    """Return the checkpoint as it is kept."""
    return _encoder.encode(checkpoint)


def decode_checkpoint(body: bytes) -> Checkpoint:
    """Return the checkpoint that was kept; raise `msgspec.DecodeError` where it is none."""
    return _decoder.decode(body)


def checkpoint_after(event: Event, before: Checkpoint | None) -> Checkpoint | None:
    """Return the checkpoint after `event` was published; what was fetched later doesn't lead back behind `before`.

    What another source has told, as a simulated market that stands in, doesn't move it.
    """
    if before is not None and isinstance(event, MarketEvent) and event.source is not before.source:
        return before
    match event:
        case Trades(trades=(*_, last)):
            number, time = last.trade_id, last.time
        case Candle(is_final=True):
            number, time = event.close_time + 1, event.close_time
        case Candle() if before is None or before.number is None:
            number, time = event.open_time, event.time
        case _:
            return before
    if before is not None and before.number is not None and event.repaired and number < before.number:
        return before
    return Checkpoint(source=event.source, number=number, time=time)
