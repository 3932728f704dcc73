"""The trades of one symbol in the order of their ids, each once; newer ones wait for those that are missing. Pure."""

from collections.abc import Iterable

from streaming.events import Trade

MOST_HELD = 100_000
"""So many trades may wait for older ones; of more the newest are left out, and are missing themselves later."""


class TradeSequence:
    """Orders trades behind `position`, the id of the last that counts; None where the first to come begins."""

    def __init__(self, position: int | None = None, time: int = 0) -> None:
        self.position = position
        self.time = time
        self._held: dict[int, Trade] = {}
        self._first_held: int | None = None

    @property
    def missing(self) -> tuple[int, int] | None:
        """The first and the last id that newer trades wait for; None where none is missing."""
        if self.position is None or self._first_held is None:
            return None
        return self.position + 1, self._first_held - 1

    def take(self, trades: Iterable[Trade]) -> list[Trade]:
        """Return what now counts, in order: of these, and of those that have waited for them.

        A trade that is later than the last one, though its id is not higher, is of an exchange that counts anew.
        """
        for trade in trades:
            if self.position is not None and trade.trade_id <= self.position:
                if trade.time <= self.time:
                    continue
                self.position = None
                self._held.clear()
                self._first_held = None
            if self.position is None:
                self.position = trade.trade_id - 1
            self._hold(trade)
        return self._ready()

    def give_up(self) -> list[Trade]:
        """Return what has waited, up to the next hole: what is missing isn't waited for any more."""
        if self._first_held is not None:
            self.position = self._first_held - 1
        return self._ready()

    def give_up_answered(self, first: int, newest: int) -> list[Trade]:
        """Return what has waited for ids from `first` to `newest` alone, all of which the exchange has answered.

        What is missing outside of these is waited for still.
        """
        ready: list[Trade] = []
        while (missing := self.missing) is not None and first <= missing[0] and missing[1] <= newest:
            ready += self.give_up()
        return ready

    def _hold(self, trade: Trade) -> None:
        """Keep a trade until its turn has come; of those that wait already no more than there is room for."""
        if self._first_held is None or trade.trade_id < self._first_held:
            self._first_held = trade.trade_id
        elif len(self._held) >= MOST_HELD:
            return
        self._held[trade.trade_id] = trade

    def _ready(self) -> list[Trade]:
        ready: list[Trade] = []
        while self.position is not None and (trade := self._held.pop(self.position + 1, None)) is not None:
            self.position, self.time = trade.trade_id, trade.time
            ready.append(trade)
        if ready:
            self._first_held = min(self._held, default=None)
        return ready
