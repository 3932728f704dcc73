"""How far the symbols' trades are followed, and how far that is stored: who begins after us goes on from there."""

from collections.abc import Iterable, Mapping, Sequence

from trading.live.worker.followed_symbol import FollowedSymbol
from trading.live.worker.trade_sequence import TradeSequence
from trading.live.worker.worker_storing import StoredPosition


class FollowedPositions:
    """The positions of the symbols of a `source`, beginning with those that are `stored`.

    Where a symbol begins is decided by what was stored before our time alone: what we store is for who comes after us.
    """

    def __init__(self, source: str, stored: Mapping[str, StoredPosition]) -> None:
        self._source = source
        self._stored = dict(stored)
        self._begin_at = dict(stored)

    def sequence_of(self, symbol: str) -> TradeSequence:
        """Return a sequence that goes on behind what was stored before us, or begins with the first trade to come."""
        begin_at = self._begin_at.get(symbol)
        return TradeSequence() if begin_at is None else TradeSequence(begin_at.trade_id, begin_at.time)

    def forget(self) -> None:
        """Let a symbol that is followed from now on begin with its next trade."""
        self._begin_at.clear()

    def moved(self, symbols: Mapping[str, FollowedSymbol]) -> Sequence[StoredPosition]:
        """Return how far symbols are followed that have moved since it was stored."""
        now = [
            StoredPosition(name, self._source, one.sequence.position, one.sequence.time)
            for name, one in symbols.items()
            if one.sequence.position is not None
        ]
        return [position for position in now if self._stored.get(position.symbol) != position]

    def note_stored(self, positions: Iterable[StoredPosition]) -> None:
        """Note that these are stored."""
        self._stored |= {position.symbol: position for position in positions}
