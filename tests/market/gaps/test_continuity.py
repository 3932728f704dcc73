"""The topics of a bridge together: what is followed, what of an interruption is told, and what REST is to be asked."""

from collections.abc import Sequence
from decimal import Decimal

from streaming.events import Candle, Event, Interval, Level, Resync, Side, Source, Trade, Trades
from streaming.events import Depth as DepthEvent
from streaming.events.intervals import close_time_of
from streaming.market.bridge.exchange_time import ExchangeTime
from streaming.market.gaps.continuity import TAKEN_OVER, Continuity
from streaming.market.gaps.interruptions import Interruption
from streaming.market.gaps.limits import GapLimits
from streaming.market.publishing.checkpoints import Checkpoint
from streaming.market.sources.answers import KlineRow, RestTrade
from streaming.market.sources.discovery import source_of
from streaming.topics.topic import MarketKind, Topic
from tests.manual_clock import ManualClock

LIMITS = GapLimits()
MINUTE = 60_000
T0 = 28_333_333 * MINUTE
ONE = Decimal(1)
SYMBOL = "BTCUSDT"
TRADES = Topic(MarketKind.TRADE, SYMBOL)
CANDLES = Topic(MarketKind.CANDLE, SYMBOL, Interval.MINUTE_1)
DEPTH = Topic(MarketKind.DEPTH, SYMBOL)
TRADE_STREAM, CANDLE_STREAM, DEPTH_STREAM = "btcusdt@trade", "btcusdt@kline_1m", "btcusdt@depth10@100ms"
LOST = "the connection was lost"
MISSING = "the exchange left something out"


class Following:
    """What a continuity is told, and what it tells: of topics, and of interruptions that are over."""

    def __init__(self, *topics: Topic, checkpoints: Sequence[tuple[Topic, Checkpoint]] = ()) -> None:
        self.clock = ManualClock(T0)
        self.told: list[tuple[Topic, Event]] = []
        self.over: list[Interruption] = []
        self.continuity = Continuity(
            lambda topic, event: self.told.append((topic, event)),
            self.over.append,
            exchange=source_of(Source.BINANCE),
            source=Source.BINANCE,
            limits=LIMITS,
            exchange_time=ExchangeTime(self.clock),
            clock=self.clock,
        )
        self.continuity.want(topics, dict(checkpoints))

    def trades(self, *ids: int) -> None:
        """Take live trades of this moment."""
        now = self.clock.now_ms()
        made = tuple(Trade(trade_id=one, price=ONE, quantity=ONE, side=Side.BUY, time=now) for one in ids)
        self.continuity.take(TRADES, Trades(symbol=SYMBOL, time=now, source=Source.BINANCE, trades=made))

    def candle(self, minute: int) -> None:
        """Take a live closed candle."""
        opens = T0 + minute * MINUTE
        closes = close_time_of(Interval.MINUTE_1, opens)
        self.continuity.take(
            CANDLES,
            Candle(
                symbol=SYMBOL, time=closes + 1, source=Source.BINANCE, interval=Interval.MINUTE_1, open_time=opens,
                close_time=closes, open=ONE, high=ONE, low=ONE, close=ONE, volume=ONE, quote_volume=ONE, trades=1,
                is_final=True,
            ),
        )  # fmt: skip

    def depth(self) -> None:
        """Take a live order book."""
        level = (Level(ONE, ONE),)
        now = self.clock.now_ms()
        self.continuity.take(DEPTH, DepthEvent(symbol=SYMBOL, time=now, source=Source.BINANCE, bids=level, asks=level))

    def cut(self, *streams: str, seconds: float = 1.0) -> None:
        """Let streams flow no longer for a time."""
        self.continuity.interrupted(streams, LOST)
        self.clock.advance(seconds)
        self.continuity.restored(streams)

    def look(self) -> list[Topic]:
        """See what time has brought; return the topics that REST is to be asked for."""
        return [topic for topic, _ in self.continuity.look([TRADE_STREAM, CANDLE_STREAM, DEPTH_STREAM])]

    def fetched(self, *ids: int, first: int | None = None) -> None:
        """Take trades that REST was asked for now: of now, or each as many seconds after `first` as its id is."""
        times = [self.clock.now_ms() if first is None else first + one * 1000 for one in ids]
        rows = [
            RestTrade(trade_id=one, price=ONE, quantity=ONE, time=time, taker_side=Side.BUY)
            for one, time in zip(ids, times, strict=True)
        ]
        self.continuity.take_trades(TRADES, rows, asked_at=self.clock.monotonic())

    @property
    def ids(self) -> list[int]:
        """The trades that were told, in order."""
        return [trade.trade_id for _, event in self.told if isinstance(event, Trades) for trade in event.trades]

    def resyncs_of(self, topic: Topic) -> list[bool]:
        """Return whether each gap of a topic that was told is complete."""
        return [event.complete for each, event in self.told if each == topic and isinstance(event, Resync)]

    @property
    def endings(self) -> list[tuple[str, bool]]:
        """Why each interruption was that is over, and whether it left no hole."""
        return [(one.reason, one.complete) for one in self.over]


def test_it_passes_live_events_on_and_none_of_what_nobody_wants() -> None:
    following = Following(TRADES, DEPTH)
    following.trades(1, 2)
    following.candle(0)
    following.depth()
    assert [topic for topic, _ in following.told] == [TRADES, TRADES, DEPTH]
    assert following.look() == []


def test_it_counts_doubles_of_topics_that_are_wanted_no_more_too() -> None:
    following = Following(TRADES, CANDLES, DEPTH)
    following.trades(1, 1)
    following.candle(0)
    following.candle(0)
    assert (following.ids, following.continuity.doubles) == ([1], 2)
    following.continuity.want([DEPTH], {})
    assert following.continuity.doubles == 2
    following.trades(1)
    assert following.ids == [1]


def test_it_tells_an_interruption_once_when_the_last_of_its_gaps_is_closed() -> None:
    following = Following(TRADES, CANDLES)
    following.trades(1)
    following.candle(0)
    following.cut(TRADE_STREAM, CANDLE_STREAM)
    assert not following.continuity.is_whole(TRADES)
    following.trades(2)
    assert following.look() == []
    assert (following.ids, following.resyncs_of(TRADES)) == ([1, 2], [True])
    assert (following.endings, following.continuity.is_whole(TRADES)) == ([], True)
    following.candle(1)
    assert (following.resyncs_of(CANDLES), following.endings) == ([True], [(LOST, True)])
    assert following.continuity.gaps == {TRADE_STREAM: 1, CANDLE_STREAM: 1}


def test_it_asks_for_what_the_stream_left_out_and_names_the_exchange_for_it() -> None:
    following = Following(TRADES)
    following.trades(1)
    following.trades(4)
    assert following.look() == []
    following.clock.advance(LIMITS.reorder)
    assert following.look() == [TRADES]
    assert following.continuity.gap_of(TRADES) is not None
    following.fetched(1, 2, 3, 4)
    assert (following.ids, following.look()) == ([1, 2, 3, 4], [])
    assert following.continuity.gap_of(TRADES) is None
    assert (following.continuity.filled, following.continuity.unfilled) == (1, 0)
    assert following.endings == [(MISSING, True)]


def test_it_gives_up_what_cannot_be_fetched_for_too_long() -> None:
    following = Following(TRADES)
    following.trades(1)
    following.trades(4)
    following.clock.advance(LIMITS.trades_hold)
    assert following.look() == [TRADES]
    assert (following.ids, following.resyncs_of(TRADES)) == ([1, 4], [False])
    following.clock.advance(LIMITS.give_up + 1)
    assert following.look() == []
    assert (following.continuity.filled, following.continuity.unfilled) == (0, 1)
    assert following.endings == [(MISSING, False)]


def test_it_gives_nothing_up_while_the_stream_does_not_flow() -> None:
    following = Following(TRADES)
    following.trades(1)
    following.continuity.interrupted([TRADE_STREAM], LOST)
    following.clock.advance(LIMITS.give_up + 1)
    assert following.look() == []
    assert (following.continuity.gap_of(TRADES), following.over) == (None, [])
    assert not following.continuity.is_whole(TRADES)


def test_a_fresh_state_makes_up_for_all_that_was_missed_and_nothing_is_asked() -> None:
    following = Following(DEPTH)
    following.depth()
    following.cut(DEPTH_STREAM)
    assert following.endings == [(LOST, True)]
    assert (following.look(), following.continuity.gap_of(DEPTH)) == ([], None)
    following.depth()
    assert following.resyncs_of(DEPTH) == [True]
    assert len(following.over) == 1


def test_it_goes_on_where_another_bridge_stopped() -> None:
    stopped = Checkpoint(source=Source.BINANCE, number=7, time=T0 - 2000)
    following = Following(TRADES, DEPTH, checkpoints=[(TRADES, stopped), (DEPTH, stopped)])
    assert following.continuity.look([DEPTH_STREAM]) == []
    assert following.continuity.gap_of(TRADES) is None
    following.look()
    following.clock.advance(LIMITS.quiet)
    assert following.look() == [TRADES]
    following.fetched(6, 7, 8, 9, first=T0 - 9000)
    assert (following.ids, following.resyncs_of(TRADES)) == ([8, 9], [True])
    assert following.endings == [(TAKEN_OVER, True)]
    assert following.over[0].start == T0 - 2000


def test_what_is_wanted_no_more_ends_the_interruption_that_waited_for_it() -> None:
    following = Following(TRADES, CANDLES)
    following.trades(1)
    following.candle(0)
    following.continuity.interrupted([TRADE_STREAM, CANDLE_STREAM], LOST)
    following.continuity.want([CANDLES], {})
    assert following.continuity.gaps == {CANDLE_STREAM: 1}
    assert following.over == []
    following.continuity.want([], {})
    assert [one.reason for one in following.over] == [LOST]


def test_it_takes_nothing_of_rest_for_a_topic_that_is_wanted_no_more() -> None:
    following = Following(DEPTH)
    following.fetched(1)
    candle = KlineRow(
        open_time=T0, open=ONE, high=ONE, low=ONE, close=ONE, volume=ONE, close_time=T0 + MINUTE - 1,
        quote_volume=ONE, trades=1,
    )  # fmt: skip
    following.continuity.take_candles(CANDLES, [candle], as_of=T0 + MINUTE)
    following.continuity.give_up(TRADES)
    assert following.told == []
    assert following.continuity.fill_from(CANDLES, at=T0) == T0
    assert not following.continuity.is_whole(TRADES)


def test_it_fetches_the_candles_that_were_missed() -> None:
    following = Following(CANDLES)
    following.clock.advance(61)
    following.candle(0)
    following.cut(CANDLE_STREAM, seconds=150)
    following.clock.advance(LIMITS.candle_late + LIMITS.quiet)
    assert following.look() == [CANDLES]
    assert following.continuity.fill_from(CANDLES, at=following.clock.now_ms()) == T0 + MINUTE
    rows = [
        KlineRow(
            open_time=opens, open=ONE, high=ONE, low=ONE, close=ONE, volume=ONE, close_time=opens + MINUTE - 1,
            quote_volume=ONE, trades=1,
        )
        for opens in (T0 + MINUTE, T0 + 2 * MINUTE)
    ]  # fmt: skip
    following.continuity.take_candles(CANDLES, rows, as_of=following.clock.now_ms())
    minutes = [(one.open_time - T0) // MINUTE for _, one in following.told if isinstance(one, Candle)]
    assert (minutes, following.resyncs_of(CANDLES), following.endings) == ([0, 1, 2], [True], [(LOST, True)])
