"""Numbering what counts on market channels: each event is added to the history of its channel before it is told.

A bridge that takes over reads what its predecessor told last, and leaves that out: the history has each event once.
While the history can't be asked, events are told without numbers; the epoch ends as soon as it can, or with the next
event that is kept.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
import structlog

from streaming import events
from streaming.clock import Clock
from streaming.event_history.adding import HistoryWriter
from streaming.event_history.history import Append, EventHistory, Place
from streaming.events import Candle, Envelope, Event, Resync, Trades
from streaming.events.envelope import EnvelopeDecoder
from streaming.fan_out.deduplication import Deduplicator

_decoder = EnvelopeDecoder((Trades, Candle, Resync))

logger = structlog.get_logger(__name__)


class NumberedEvent(msgspec.Struct, frozen=True):
    """An event on its way, with its bytes, and where it stands in the history; None where it stands in none."""

    envelope: Envelope
    body: bytes
    place: Place | None


class EventNumbering:
    """Adds one bridge's events to the history. `clock` tells when a history that was away is asked again."""

    def __init__(self, history: EventHistory, clock: Clock) -> None:
        self._writer = HistoryWriter(history, clock)
        self._told: dict[str, Deduplicator] = {}
        self._places: dict[str, dict[int, Place]] = {}
        """By channel, those of the last events, which may be sent again, by the producer's numbers."""
        self._given_up: set[str] = set()
        """The keys of channels that were told or begun, and aren't any more: their histories are to end."""

    def keep(self, keys: frozenset[str]) -> None:
        """Forget other channels, whose histories end by `end_given_up`."""
        self._given_up |= (self._told.keys() - keys) | self._writer.forget_begun(keys)
        self._told = {key: told for key, told in self._told.items() if key in keys}
        self._places = {key: places for key, places in self._places.items() if key in keys}

    def begin(self, keys: Iterable[str]) -> None:
        """Begin channels of which something may be missing: what comes next begins a new epoch."""
        self._writer.begin(keys)

    async def end_given_up(self, fencing_number: int) -> None:
        """End the histories of channels that were given up: who comes back misses what nobody kept meanwhile."""
        if self._given_up:
            given_up, self._given_up = self._given_up, set()
            await self._writer.end(given_up, fencing_number)

    async def stop(self) -> None:
        """Let go of what is still to end."""
        await self._writer.stop()

    async def leave_out_told(self, key: str, told: Iterable[Event]) -> list[Event]:
        """Return what of a channel's events neither this bridge nor, as far as the history knows, another has told."""
        deduplicator = self._told.get(key)
        if deduplicator is None:
            deduplicator = self._told[key] = await self._after_predecessor(key)
        admitted = (deduplicator.admit(event) for event in told)
        return [event for event in admitted if event is not None]

    async def number(self, leaving: Mapping[str, Sequence[Envelope]]) -> dict[str, list[NumberedEvent]]:
        """Add those events of channels that count to their histories, in one step; return all, in their order."""
        encoded = {key: [(one, events.encode(one)) for one in envelopes] for key, envelopes in leaving.items()}
        places = await self._added([append for key, pairs in encoded.items() for append in self._appends(key, pairs)])
        self._places |= places
        return {
            key: [NumberedEvent(one, body, places.get(key, {}).get(one.sequence)) for one, body in pairs]
            for key, pairs in encoded.items()
        }

    def place_of(self, key: str, sequence: int) -> Place | None:
        """Return where one of the channel's last events stands, given the producer's number; None for a state."""
        return self._places.get(key, {}).get(sequence)

    def _appends(self, key: str, encoded: Iterable[tuple[Envelope, bytes]]) -> list[Append]:
        counting = [(envelope, body) for envelope, body in encoded if not envelope.event.is_state]
        return [
            Append(
                key=key,
                body=body,
                count=envelope.event.frame_count,
                fencing_number=envelope.epoch,
                sequence=envelope.sequence,
            )
            for envelope, body in counting
        ]

    async def _added(self, appends: Sequence[Append]) -> dict[str, dict[int, Place]]:
        """Add to the histories; return by channel where what was added stands, by the producer's numbers."""
        places: dict[str, dict[int, Place]] = {}
        for append, place in zip(appends, await self._writer.add(appends), strict=True):
            if place is not None:
                places.setdefault(append.key, {})[append.sequence] = place
        return places

    async def _after_predecessor(self, key: str) -> Deduplicator:
        """Return what knows the events that the history has: those that were told before this bridge began."""
        deduplicator = Deduplicator()
        for entry in await self._writer.kept(key):
            try:
                deduplicator.admit(_decoder.decode(entry.body).event)
            except msgspec.DecodeError as error:
                logger.warning("an event of the history could not be decoded", topic=key, reason=str(error))
        return deduplicator
