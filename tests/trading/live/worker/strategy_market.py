"""A market of minutes that rises and falls, by which strategies are followed as the worker follows them."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from msgspec.structs import replace

from streaming.events import Candle, Depth, Event, Interval, Level, Resync, Side, Source, Trade, Trades
from streaming.market.sources.answers import KlineRow
from streaming.times import moment
from tests.manual_clock import ManualClock
from tests.trading.live.rows import strategy_of
from tests.trading.market import MINUTE, START, SYMBOL, wave_row
from trading.engine.amounts import amount_of
from trading.engine.live.state import TransferredHoldings
from trading.live.changing import changes_store
from trading.live.rows.loaded import LoadedSubAccount
from trading.live.rows.loading import sub_accounts_load
from trading.live.worker.following import Following
from trading.live.worker.strategy_candles import FetchedCandles, FollowedSeries
from trading.live.worker.trade_sequence import TradeSequence
from trading.live.worker.turn_storing import advising
from trading.models import SubAccount, TradingAccount
from trading.signals.track_records import TrackRecords

SERIES = FollowedSeries(SYMBOL, Interval.MINUTE_1)
WARM = 30
"""So many minutes have closed when a strategy is started."""
_SILENT_SECONDS = 5.0


def strategy_started(account: TradingAccount, name: str = "ma_cross", **changes: object) -> SubAccount:
    """Start a strategy with 1000 USDT, as the service does, once the market's first minutes have closed."""
    row = strategy_of(account, name, **changes)  # type: ignore[arg-type]  # columns
    time = minute(WARM)
    loaded = sub_accounts_load([row.pk], lock=False)[row.pk]
    assert loaded.strategy is not None
    loaded.engine.transfer_in(TransferredHoldings(quote=amount_of(Decimal(1000))))
    loaded.strategy.start(time=time)
    changes_store([loaded], figures={}, now=moment(time))
    return row


def minute(index: int) -> int:
    """Return when a minute begins, in ms."""
    return START + index * MINUTE


class MinuteMarket:
    """Follows sub-accounts on a market whose last closed minute is the one before `index`."""

    def __init__(
        self,
        *rows: SubAccount,
        index: int = WARM,
        source: Source = Source.BINANCE,
        row_of: Callable[[int], KlineRow] = wave_row,
        clock: ManualClock | None = None,
        attach: Callable[[LoadedSubAccount], None] = lambda _: None,
    ) -> None:
        """Follow them by the candles that `row_of` gives; `attach` gives each what it shares with others."""
        self._row_of = row_of
        self._attach = attach
        self.index = index
        self.source = source
        self.clock = clock or ManualClock()
        self._rows = rows
        self._trade_id = 0
        self._left_out: int | None = None
        self.begin()

    def begin(self) -> None:
        """Follow them as they are stored, as a worker does that has just begun; the market is told."""
        self._set_clock(minute(self.index))
        self._records = TrackRecords(self.source)
        self.following = Following(sequence_of=lambda _: TradeSequence(), clock=self.clock)
        for one in sub_accounts_load([row.pk for row in self._rows], lock=False).values():
            self._attach(one)
            self.following.put(one)
        self.tell(self._depth())
        self.trade()

    def history(self, *, first: int = 0, lacks: int = 0) -> set[int]:
        """Let the history answer with all minutes that have closed, from the `first` that it has on.

        Where it `lacks` some these are the last ones.
        """
        self.add_history(first=first, lacks=lacks)
        return self.take_turn()

    def take_turn(self) -> set[int]:
        """Let those go on that wait for candles that are there; return of which something may have changed."""
        return self._stored(self.following.candles.go_on() | self.following.advance())

    def add_history(self, *, first: int = 0, lacks: int = 0) -> None:
        """Let the history answer in the same way, and apply nothing of it yet."""
        rows = [self._row_of(index) for index in range(first, self.index - lacks)]
        self.following.candles.add(FetchedCandles(SERIES, 0, rows))

    def close(self, count: int = 1, *, is_told: bool = True) -> None:
        """Let minutes close, each with a trade at its price first; `is_told` to the worker."""
        for _ in range(count):
            self.trade()
            row = self._row_of(self.index)
            self.index += 1
            self._set_clock(minute(self.index))
            if is_told:
                self.tell(self._candle(row.open_time))
            self.trade()

    def closed(self) -> Candle:
        """Let a minute close of which nobody is told, and return its candle."""
        self.close(is_told=False)
        return self._candle(minute(self.index - 1))

    def trade(self) -> None:
        """Tell a book around the price of now, and a trade."""
        self._trade_id += 1
        made = self._made(self._trade_id)
        self.tell(self._depth(), Trades(symbol=SYMBOL, source=self.source, time=made.time, trades=(made,)))

    def go_away(self) -> None:
        """Tell that what is known of the market is stale."""
        self.tell(replace(self._depth(), stale=True))

    def be_interrupted(self) -> None:
        """Tell that events of the market were missed which are still being fetched."""
        now = self.clock.now_ms()
        self.tell(Resync(time=now, start=now - 1, end=now, complete=False))

    def fall_silent(self) -> None:
        """Let nothing be told for longer than the market may be silent."""
        self.clock.advance(_SILENT_SECONDS + 1)
        self._stored(self.following.look_at_silence(_SILENT_SECONDS))

    def leave_out_trades(self) -> None:
        """Tell a trade, but not those before it: there was more than could be stored in time."""
        self._left_out = self._trade_id + 1
        self._trade_id += 1
        self.trade()
        self._stored(self.following.wait_for_missing([SYMBOL]))

    def come_back(self) -> None:
        """Tell the market again; trades that were left out are fetched first."""
        if self._left_out is not None:
            made, self._left_out = self._made(self._left_out), None
            self._stored(self.following.apply_trades(SYMBOL, [made]))
        self.trade()

    def tell(self, *events: Event) -> None:
        """Tell events, and store what they changed."""
        touched = self.following.apply((SYMBOL, event) for event in events)
        self._stored(touched | self.following.advance())

    def _stored(self, touched: set[int]) -> set[int]:
        held = [self.following.sub_accounts[pk] for pk in sorted(touched) if pk in self.following.sub_accounts]
        records = self._records.of(advising(held))
        changes_store(held, figures={}, records=records, now=moment(self.clock.now_ms()))
        self.following.note_stored(touched)
        self.following.forget_applied()
        return touched

    def _set_clock(self, time: int) -> None:
        self.clock.advance((time - self.clock.now_ms()) / 1000)

    def _made(self, trade_id: int) -> Trade:
        price, now = self._row_of(self.index - 1).close, self.clock.now_ms()
        return Trade(trade_id=trade_id, price=price, quantity=Decimal(100), side=Side.BUY, time=now)

    def _depth(self) -> Depth:
        price = self._row_of(self.index - 1).close
        bids, asks = ((Level(price + side, Decimal(100)),) for side in (-1, 1))
        return Depth(symbol=SYMBOL, source=self.source, time=self.clock.now_ms(), bids=bids, asks=asks)

    def _candle(self, open_time: int) -> Candle:
        row = self._row_of((open_time - START) // MINUTE)
        return Candle(
            symbol=SYMBOL,
            source=self.source,
            time=self.clock.now_ms(),
            interval=Interval.MINUTE_1,
            open_time=row.open_time,
            close_time=row.close_time,
            open=row.open,
            high=row.high,
            low=row.low,
            close=row.close,
            volume=row.volume,
            quote_volume=row.quote_volume,
            trades=row.trades,
            is_final=True,
        )


def requests_of(row: SubAccount) -> Sequence[tuple[object, ...]]:
    """Return the orders of a sub-account by number: what was asked for, and what came of it."""
    columns = ("number", "side", "type", "quantity", "quote_amount", "state", "filled")
    return list(row.orders.order_by("number").values_list(*columns))
