"""Which sub-accounts the worker holds in memory, which symbols they trade, and whom a trade reaches."""

from collections.abc import Callable, Collection, Iterable, Mapping

from streaming.clock import Clock
from trading.engine.instrument import Instrument
from trading.live.rows.loaded import LoadedSubAccount
from trading.live.worker.driving import reach_of, symbols_of
from trading.live.worker.followed_symbol import FollowedSymbol
from trading.live.worker.trade_sequence import TradeSequence

SequenceOf = Callable[[str], TradeSequence]
"""Returns how far a symbol's trades are stored."""


class HeldSubAccounts:
    """Sub-accounts by id, symbols by name; `due` are those that have something to do as soon as their market is known.

    A symbol is followed as long as anything held trades it. `sequence_of` is asked once for each symbol that is new;
    how its market stood is taken over from the `former` symbols until these are forgotten: from then on nobody hears
    of them, and a book of theirs is one of long ago.
    """

    def __init__(self, *, sequence_of: SequenceOf, clock: Clock, former: Mapping[str, FollowedSymbol]) -> None:
        self.by_id: dict[int, LoadedSubAccount] = {}
        self.symbols: dict[str, FollowedSymbol] = {}
        self.due: set[int] = set()
        self._traded: dict[int, frozenset[str]] = {}
        self._sequence_of = sequence_of
        self._clock = clock
        self._former = dict(former)

    def put(self, loaded: LoadedSubAccount) -> None:
        """Hold a sub-account as it was just loaded, in place of what was held of it; one with nothing to do is let go.

        It is due then.
        """
        pk, symbols = loaded.row.pk, frozenset(symbols_of(loaded))
        self._leave(pk, but=symbols)
        if not symbols:
            return
        self.by_id[pk], self._traded[pk] = loaded, symbols
        self.due.add(pk)
        for name in symbols:
            followed = self._followed(loaded.instruments[name])
            followed.add(pk)
            followed.triggers.set(pk, reach_of(loaded, name))

    def forget_former(self) -> None:
        """Let a symbol that is followed from now on begin with what the market tells of it."""
        self._former.clear()

    def drop(self, pk: int) -> None:
        """Hold a sub-account no more, and follow no more what it alone trades."""
        self._leave(pk, but=frozenset())

    def note_stored(self, ids: Iterable[int]) -> None:
        """Note anew what reaches these sub-accounts, once they are stored; let go those that have nothing to do."""
        for pk in ids:
            loaded = self.by_id.get(pk)
            if loaded is None:
                continue
            if symbols_of(loaded) != self._traded[pk]:
                is_due = pk in self.due
                self.put(loaded)
                if not is_due:
                    self.due.discard(pk)
                continue
            for name in self._traded[pk]:
                self.symbols[name].triggers.set(pk, reach_of(loaded, name))

    def _leave(self, pk: int, *, but: Collection[str]) -> None:
        self.due.discard(pk)
        if self.by_id.pop(pk, None) is None:
            return
        for name in self._traded.pop(pk).difference(but):
            followed = self.symbols[name]
            followed.remove(pk)
            if not followed.members:
                del self.symbols[name]

    def _followed(self, instrument: Instrument) -> FollowedSymbol:
        """Return the symbol, by the ticks and steps of what was just loaded: all that trade it are loaded together."""
        known = self.symbols.get(instrument.symbol)
        if known is None:
            return self._new_followed(instrument)
        if known.instrument != instrument:
            known.change_instrument(instrument)
        return known

    def _new_followed(self, instrument: Instrument) -> FollowedSymbol:
        sequence = self._sequence_of(instrument.symbol)
        followed = FollowedSymbol(instrument, sequence, now=self._clock.monotonic())
        former = self._former.pop(instrument.symbol, None)
        if former is not None and former.instrument == instrument:
            followed.take_over(former)
        self.symbols[instrument.symbol] = followed
        return followed
