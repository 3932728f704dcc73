"""What the market's events do to the sub-accounts that the worker holds in memory: applied here, in their order.

What they change is stored by whoever asked. It asks no database.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import structlog

from streaming.clock import Clock
from streaming.events import Candle, Depth, Event, MarketEvent, Resync, Source, Trade, Trades
from streaming.topics.topic import MarketKind, Topic
from trading.engine.matching.book import Book
from trading.live.ending import can_end, end_stop
from trading.live.rows.loaded import LoadedSubAccount
from trading.live.worker.closed_candles import ClosedCandles
from trading.live.worker.driving import (
    advance,
    has_more_to_do,
    has_new,
    is_overdue,
    pause,
    reach_of,
    resume,
    see_trade,
    show_book,
    symbols_of,
)
from trading.live.worker.driving_faults import DrivingFaults
from trading.live.worker.followed_symbol import FollowedSymbol
from trading.live.worker.held_sub_accounts import HeldSubAccounts, SequenceOf


class _AppliedTrade(NamedTuple):
    """A trade of this turn: at which price (ticks), how much (steps), when (ms), and how the book stood."""

    symbol: str
    price: int
    quantity: int
    time: int
    book: Book | None


logger = structlog.get_logger(__name__)


class Following:
    """Sub-accounts by id, symbols by name, and those that are due, as `HeldSubAccounts` holds them.

    `market` is the exchange that is traded on. Where simulated data stands in for it, that counts for nobody, not for
    demo accounts either: its trades are no part of the exchange's, and what it would fill never stood on its market.
    """

    def __init__(
        self,
        *,
        sequence_of: SequenceOf,
        clock: Clock,
        former: Mapping[str, FollowedSymbol] | None = None,
        market: Source | None = None,
    ) -> None:
        self._held = HeldSubAccounts(sequence_of=sequence_of, clock=clock, former=former or {})
        self.sub_accounts: Mapping[int, LoadedSubAccount] = self._held.by_id
        self.symbols: Mapping[str, FollowedSymbol] = self._held.symbols
        self.due = self._held.due
        self._faults = DrivingFaults(self._held.drop, clock)
        self.candles = ClosedCandles(self._held, self._faults, clock)
        self._clock = clock
        self._market = market
        self._applied: list[_AppliedTrade] = []

    @property
    def topics(self) -> frozenset[Topic]:
        """What is to be read of the market."""
        kinds = (MarketKind.TRADE, MarketKind.DEPTH)
        return frozenset(Topic(kind, symbol) for symbol in self.symbols for kind in kinds) | self.candles.topics

    @property
    def without_candles(self) -> Mapping[int, LoadedSubAccount]:
        """The sub-accounts for which no candles were fetched that are still to be applied."""
        waiting = self.candles.waiting
        return {pk: one for pk, one in self.sub_accounts.items() if pk not in waiting}

    def market_of(self, symbol: str) -> int | None:
        """Return what a symbol costs, in ticks; None where it isn't followed, or nothing of it is known."""
        followed = self.symbols.get(symbol)
        return None if followed is None else followed.market

    def put(self, loaded: LoadedSubAccount) -> None:
        """Hold a sub-account as it was just loaded; it is looked after with the next turn."""
        self._held.put(loaded)

    def forget_former(self) -> None:
        """Let a symbol that is followed from now on begin with what the market tells of it."""
        self._held.forget_former()

    def drop(self, pk: int) -> None:
        """Hold a sub-account no more."""
        self._held.drop(pk)

    def note_stored(self, ids: Iterable[int]) -> None:
        """Note anew what reaches these sub-accounts, once they are stored; let go those that have nothing to do."""
        self._held.note_stored(ids)

    def forget_applied(self) -> None:
        """Forget which trades were applied: what they changed is stored, and mustn't be applied again."""
        self._applied.clear()

    def put_again(self, loaded: LoadedSubAccount) -> None:
        """Hold a sub-account that another has changed meanwhile, and apply to it the trades of this turn."""
        self.put(loaded)
        symbols = symbols_of(loaded)
        for trade in self._applied:
            followed = self.symbols.get(trade.symbol)
            if followed is not None and trade.symbol in symbols and _counts_for(followed, loaded):
                if loaded.row.pk not in self.sub_accounts:
                    break  # it could not be driven
                with self._faults.felt_by(loaded):
                    show_book(loaded, trade.symbol, trade.book)
                    see_trade(loaded, trade.symbol, price=trade.price, quantity=trade.quantity, time=trade.time)

    def apply(self, events: Iterable[tuple[str, Event]]) -> set[int]:
        """Apply events of symbols, in their order; return the sub-accounts in which something may have changed."""
        touched: set[int] = set()
        for name, event in events:
            followed = self.symbols.get(name)
            if followed is not None:
                touched |= self._take(followed, event)
        return touched

    def apply_trades(self, name: str, trades: Sequence[Trade]) -> set[int]:
        """Apply trades that were fetched; return as `apply` does.

        Where none is missing they were fetched for what is followed no more: it has begun anew, behind them.
        """
        followed = self.symbols.get(name)
        if followed is None or followed.sequence.missing is None:
            return set()
        return self._trades(followed, followed.sequence.take(trades))

    def give_up_missing(self, name: str) -> set[int]:
        """Go on behind trades that can't be had; return as `apply` does."""
        followed = self.symbols.get(name)
        if followed is None or followed.sequence.missing is None:
            return set()
        return self._trades(followed, followed.sequence.give_up())

    def give_up_answered(self, name: str, first: int, newest: int) -> set[int]:
        """Go on behind trades of these ids that the exchange doesn't have; return as `apply` does."""
        followed = self.symbols.get(name)
        if followed is None:
            return set()
        missing = followed.sequence.missing
        trades = followed.sequence.give_up_answered(first, newest)
        if trades:
            logger.error("trades that are missing can't be fetched", symbol=name, ids=missing)
        return self._trades(followed, trades)

    def advance(self) -> set[int]:
        """Let those that are due do what stands to be done; return those of which something may have changed."""
        touched: set[int] = set()
        for pk in sorted(self.due):
            loaded = self.sub_accounts[pk]
            followed = [self.symbols[name] for name in symbols_of(loaded) if name in self.symbols]
            if all(one.can_trade and _counts_for(one, loaded) for one in followed):
                self.due.discard(pk)
                touched.add(pk)
                for one in followed:
                    self._advance(loaded, one)
            elif loaded.driver is None:
                touched |= self._advance_new(loaded, followed)
            elif self._done(pk, partial(self._do_without_market, is_away=any(one.is_away for one in followed))):
                touched.add(pk)
        return touched

    def _advance_new(self, loaded: LoadedSubAccount, followed: Iterable[FollowedSymbol]) -> set[int]:
        """Let a hand's new orders take where there is a market, though others of it wait for theirs."""
        ready = [
            one
            for one in followed
            if one.can_trade and _counts_for(one, loaded) and has_new(loaded, one.instrument.symbol)
        ]
        for one in ready:
            self._advance(loaded, one)
        return {loaded.row.pk} if ready else set()

    def _advance(self, loaded: LoadedSubAccount, followed: FollowedSymbol) -> None:
        """Do what stands to be done; a grid that was paused for a market that is there goes on, whoever paused it."""
        if loaded.row.pk not in self.sub_accounts or (market := followed.market) is None:
            return
        with self._faults.felt_by(loaded):
            self._show_book(loaded, followed)
            resume(loaded, market=market, time=self._clock.now_ms())
            advance(loaded, followed, time=self._clock.now_ms())

    def _do_without_market(self, loaded: LoadedSubAccount, *, is_away: bool) -> bool:
        """Do what needs no market, or is to be done because it is away; return whether anything was done."""
        time = self._clock.now_ms()
        if can_end(loaded):
            end_stop(loaded, time=time)
            return True
        return is_away and pause(loaded, time=time)

    def wait_for_missing(self, names: Iterable[str]) -> set[int]:
        """Pause what trades on symbols of which trades were left out, until they were fetched; return as `apply`."""
        touched: set[int] = set()
        for followed in [self.symbols[name] for name in names if name in self.symbols]:
            if followed.sequence.missing is not None:
                followed.lags = True
                touched |= self._go_away(followed)
        return touched

    def look_again(self) -> None:
        """Let those be due that wait for what no trade brings: levels that were refused, a stop's end, a candle."""
        time = self._clock.now_ms()
        held = self.sub_accounts.items()
        self.due.update(pk for pk, one in held if has_more_to_do(one) or is_overdue(one, time=time))

    def look_at_silence(self, limit: float) -> set[int]:
        """Pause what trades on a symbol of which nothing came for `limit` seconds; return as `apply` does."""
        oldest = self._clock.monotonic() - limit
        touched: set[int] = set()
        for followed in tuple(self.symbols.values()):
            if not followed.is_away and followed.heard_at < oldest:
                touched |= self._go_away(followed)
        return touched

    # -- inside ---------------------------------------------------------------------------------------------------

    def _take(self, followed: FollowedSymbol, event: Event) -> set[int]:
        if isinstance(event, Resync):
            return set() if event.complete else self._go_away(followed)
        if not isinstance(event, MarketEvent):
            return set()
        if event.stale or self._is_stand_in(event):
            return self._go_away(followed)
        followed.heard_at, followed.source = self._clock.monotonic(), event.source
        touched: set[int] = set()
        if isinstance(event, Depth):
            followed.see_depth(event)
            touched = self._trades(followed, followed.sequence.take(followed.taken_early_trades()))
        elif isinstance(event, Trades):
            touched = self._trades(followed, followed.sequence.take(followed.after_book(event.trades)))
        elif isinstance(event, Candle):
            touched = self.candles.take(followed, event)
        return touched | self._come_back(followed)

    def _is_stand_in(self, event: MarketEvent) -> bool:
        return event.simulated and self._market not in {None, Source.SIMULATOR}

    def _trades(self, followed: FollowedSymbol, trades: Iterable[Trade]) -> set[int]:
        touched: set[int] = set()
        name = followed.instrument.symbol
        for trade in trades:
            price, quantity = followed.ticks(trade.price), followed.steps(trade.quantity)
            for pk in followed.triggers.reached(price):
                loaded = self.sub_accounts[pk]
                if _counts_for(followed, loaded):
                    touched.add(pk)
                    with self._faults.felt_by(loaded):
                        self._show_book(loaded, followed)
                        see_trade(loaded, name, price=price, quantity=quantity, time=trade.time)
                    if pk in self.sub_accounts:
                        followed.triggers.set(pk, reach_of(loaded, name))
            self._applied.append(_AppliedTrade(name, price, quantity, trade.time, followed.book))
            followed.see_trade(price)
        self._note_missing(followed)
        return touched

    def _note_missing(self, followed: FollowedSymbol) -> None:
        if followed.sequence.missing is None:
            followed.missing_since = None
        elif followed.missing_since is None:
            followed.missing_since = self._clock.monotonic()

    def _go_away(self, followed: FollowedSymbol) -> set[int]:
        """Pause the grids of a symbol until its data comes again; orders of hands just wait."""
        if followed.is_away:
            return set()
        followed.is_away = True
        logger.warning(
            "a market's data is away; grids and strategies on it are paused", symbol=followed.instrument.symbol
        )
        return {pk for pk in list(followed.members) if self._done(pk, partial(pause, time=self._clock.now_ms()))}

    def _come_back(self, followed: FollowedSymbol) -> set[int]:
        followed.lags &= followed.sequence.missing is not None
        if not followed.is_away or followed.lags or followed.market is None:
            return set()
        followed.is_away = False
        logger.info("a market's data is back; grids and strategies on it go on", symbol=followed.instrument.symbol)
        go_on = partial(resume, market=followed.market, time=self._clock.now_ms())
        resumed = {pk for pk in list(followed.members) if self._done(pk, go_on)}
        self.due.update(resumed)
        return resumed

    def _show_book(self, loaded: LoadedSubAccount, followed: FollowedSymbol) -> None:
        """Show a sub-account the book, where it hasn't seen this one: what it took of it isn't offered again."""
        if followed.has_new_book_for(loaded.row.pk):
            show_book(loaded, followed.instrument.symbol, followed.book)

    def _done(self, pk: int, do: Callable[[LoadedSubAccount], bool]) -> bool:
        """Do something with a sub-account; return whether anything was done, be it that it has failed."""
        done: list[bool] = []
        with self._faults.felt_by(loaded := self.sub_accounts[pk]):
            done.append(do(loaded))
        return done != [False]


def _counts_for(followed: FollowedSymbol, loaded: LoadedSubAccount) -> bool:
    """Return whether a market's data counts for an account: simulated data does for demo accounts alone."""
    return followed.source is not Source.SIMULATOR or loaded.account.is_demo
