from decimal import Decimal

import msgspec
import pytest

from streaming.events import Candle, Depth, Envelope, Event, Interval, Level, Resync, Source, Trades
from streaming.fan_out.loss_detection import LossDetector
from streaming.fan_out.topic_feed import TopicFeed
from streaming.topics.topic import MarketKind, Topic
from tests.streaming.fan_out.numbered_trades import trades


def sent(sequence: int, event: Event, epoch: int = 1) -> Envelope:
    return Envelope(epoch=epoch, sequence=sequence, event=event)


def depth(time: int) -> Depth:
    levels = (Level(Decimal(1), Decimal(1)),)
    return Depth(symbol="BTCUSDT", time=time, source=Source.SIMULATOR, bids=levels, asks=levels)


def candle(open_time: int, *, time: int, is_final: bool = False) -> Candle:
    return Candle(
        symbol="BTCUSDT", time=time, source=Source.SIMULATOR, interval=Interval.SECOND_1, open_time=open_time,
        close_time=open_time + 999, open=Decimal(1), high=Decimal(1), low=Decimal(1), close=Decimal(1),
        volume=Decimal(0), quote_volume=Decimal(0), trades=0, is_final=is_final,
    )  # fmt: skip


def test_it_tells_nothing_while_no_number_is_missing() -> None:
    detector = LossDetector()
    came = [sent(7, depth(1)), sent(8, depth(2)), sent(8, depth(3)), sent(9, depth(4)), sent(1, depth(5), epoch=2)]
    assert [detector.take(one) for one in came] == [None] * 5


def test_it_tells_that_a_state_was_lost_and_that_the_newest_makes_up_for_it() -> None:
    detector = LossDetector()
    detector.take(sent(1, depth(1000)))
    assert detector.take(sent(3, depth(1500))) == Resync(time=1500, start=1000, end=1500, complete=True)
    assert detector.take(sent(4, depth(1600))) is None


def test_it_tells_that_trades_were_lost() -> None:
    detector = LossDetector()
    detector.take(sent(1, trades(1)))
    told = detector.take(sent(5, trades(9)))
    assert told is not None
    assert not told.complete
    assert (told.start, told.end) == (trades(1).time, trades(9).time)


@pytest.mark.parametrize(
    ("last", "event", "start", "complete"),
    [
        (candle(1000, time=1500), candle(1000, time=1900), 1000, True),
        (candle(1000, time=1500), candle(1000, time=2000, is_final=True), 1000, True),
        (candle(1000, time=1500), candle(2000, time=2100), 1000, False),
        (candle(1000, time=2000, is_final=True), candle(2000, time=2100), 2000, True),
        (candle(1000, time=2000, is_final=True), candle(2000, time=3000, is_final=True), 2000, True),
        (candle(1000, time=2000, is_final=True), candle(3000, time=3100), 2000, False),
    ],
)
def test_it_knows_whether_a_closed_candle_can_be_among_what_was_lost(
    last: Candle, event: Candle, start: int, *, complete: bool
) -> None:
    detector = LossDetector()
    detector.take(sent(1, last))
    assert detector.take(sent(3, event)) == Resync(time=event.time, start=start, end=event.time, complete=complete)


def test_it_knows_that_each_producer_begins_with_one() -> None:
    detector = LossDetector()
    detector.take(sent(40, depth(1000)))
    assert detector.take(sent(3, depth(2000), epoch=2)) == Resync(time=2000, start=1000, end=2000, complete=True)


def test_it_knows_nothing_of_a_producer_without_a_lease() -> None:
    detector = LossDetector()
    assert [detector.take(sent(number, depth(number), epoch=0)) for number in (1, 5, 9)] == [None] * 3


def test_it_tells_of_what_was_lost_before_news_of_a_gap() -> None:
    detector = LossDetector()
    detector.take(sent(1, trades(1)))
    told = detector.take(sent(3, Resync(time=50_000, start=1, end=50_000, complete=True)))
    assert told is not None
    assert (told.end, told.complete) == (50_000, False)


def test_a_feed_tells_a_loss_before_what_counts_and_behind_what_makes_up_for_it() -> None:
    cases: tuple[tuple[Topic, tuple[Event, Event], int], ...] = (
        (Topic(MarketKind.TRADE, "BTCUSDT"), (trades(1), trades(4)), 1),
        (Topic(MarketKind.DEPTH, "BTCUSDT"), (depth(1), depth(4)), 2),
    )
    for topic, events, resync_at in cases:
        feed, seen = TopicFeed(topic, keeps_value=topic.kind == MarketKind.DEPTH), list[Event]()
        feed.add_callback(seen.append)
        for sequence, event in zip((1, 3), events, strict=True):
            feed.deliver(sent(sequence, event), 0)
        assert isinstance(seen.pop(resync_at), Resync)
        assert tuple(seen) == events


def test_a_stale_value_is_news_of_what_was_lost_as_well() -> None:
    detector = LossDetector()
    fresh = depth(1000)
    detector.take(sent(1, fresh))
    told = detector.take(sent(3, msgspec.structs.replace(fresh, stale=True)))
    assert told == Resync(time=1000, start=1000, end=1000, complete=True)


def again(sequence: int, event: Event, epoch: int = 1) -> Envelope:
    return Envelope(epoch=epoch, sequence=sequence, event=event, again=True)


def test_it_knows_what_is_sent_again_and_has_come() -> None:
    detector = LossDetector()
    for sequence in (1, 2, 3):
        detector.take(sent(sequence, trades(sequence)))
    assert detector.has_come(again(3, trades(3)))
    assert detector.has_come(again(2, trades(2)))
    assert not detector.has_come(again(4, trades(4)))
    assert not detector.has_come(again(3, trades(4)))  # a number that was used again
    assert not detector.has_come(again(3, trades(3), epoch=2))
    assert not detector.has_come(sent(3, trades(3)))


def test_the_newest_that_is_sent_again_tells_that_the_end_was_lost() -> None:
    detector = LossDetector()
    detector.take(sent(1, trades(1)))
    detector.cut_off(0)
    told = detector.take(again(4, trades(9)))
    assert told is not None
    assert (told.start, told.end, told.complete) == (trades(1).time, trades(9).time, False)
    assert detector.take(sent(5, trades(10))) is None


def test_it_tells_nothing_of_the_newest_where_only_that_was_lost() -> None:
    detector = LossDetector()
    detector.take(sent(1, trades(1)))
    detector.cut_off(0)
    assert detector.take(again(2, trades(2))) is None


@pytest.mark.parametrize("has_come", [True, False])
def test_it_takes_a_new_producer_for_a_loss_only_as_long_as_nobody_knows_where_the_old_one_ended(
    *, has_come: bool
) -> None:
    detector = LossDetector()
    detector.take(sent(7, trades(1)))
    detector.cut_off(0)
    if has_come:
        assert detector.has_come(again(7, trades(1)))
    assert (detector.take(sent(1, trades(2), epoch=2)) is None) == has_come


CUT = 3_600_000
"""When this process was cut off, in ms."""


def trades_at(time: int, *, repaired: bool = False) -> Trades:
    made = trades(41)
    one = msgspec.structs.replace(made.trades[0], time=time)
    return msgspec.structs.replace(made, time=time, trades=(one,), repaired=repaired)


@pytest.mark.parametrize("event", [trades_at(CUT + 500), trades_at(CUT - 1000), depth(CUT + 500)])
def test_it_tells_a_reader_who_has_heard_nothing_before_what_may_be_lost_since_the_cut(event: Trades | Depth) -> None:
    detector, end = LossDetector(), max(CUT, event.time)
    detector.cut_off(CUT)
    assert not detector.has_come(again(5, event))
    assert detector.take(again(5, event)) == Resync(time=end, start=CUT, end=end, complete=isinstance(event, Depth))


def test_it_begins_with_the_first_of_several_cuts() -> None:
    detector = LossDetector()
    detector.cut_off(CUT)
    detector.cut_off(CUT + 400)
    assert detector.take(again(5, trades_at(CUT + 500))) == Resync(
        time=CUT + 500, start=CUT, end=CUT + 500, complete=False
    )


def deliver(feed: TopicFeed, *envelopes: Envelope) -> list[Event]:
    """Return what the feed's readers get."""
    seen: list[Event] = []
    feed.add_callback(seen.append)
    for envelope in envelopes:
        feed.deliver(envelope, 0)
    return seen


OLD_GAP = Resync(time=50, start=1, end=50, complete=False)


@pytest.mark.parametrize("is_cut_off", [True, False])
def test_a_reader_gets_nothing_that_was_sent_before_it_came_as_news(*, is_cut_off: bool) -> None:
    feed = TopicFeed(Topic(MarketKind.TRADE, "BTCUSDT"), keeps_value=False)
    if is_cut_off:
        feed.cut_off(CUT)
    live = trades_at(CUT + 9000)
    assert deliver(feed, again(7, trades_at(60)), sent(8, live)) == [live]


def test_a_reader_who_missed_nothing_is_told_of_no_gap_of_before() -> None:
    feed = TopicFeed(Topic(MarketKind.TRADE, "BTCUSDT"), keeps_value=False)
    assert deliver(feed, again(7, trades_at(60)), again(8, OLD_GAP)) == []


def test_a_reader_gets_a_closed_candle_of_before_the_cut_no_more_than_trades() -> None:
    feed = TopicFeed(Topic(MarketKind.CANDLE, "BTCUSDT", Interval.SECOND_1), keeps_value=True)
    feed.cut_off(CUT)
    assert deliver(feed, again(7, candle(1000, time=2000, is_final=True))) == []


def test_what_follows_the_newest_of_before_the_cut_was_lost_where_numbers_are_missing() -> None:
    feed = TopicFeed(Topic(MarketKind.TRADE, "BTCUSDT"), keeps_value=False)
    feed.cut_off(CUT)
    live = trades_at(CUT + 9000)
    told = Resync(time=CUT + 9000, start=CUT, end=CUT + 9000, complete=False)
    assert deliver(feed, again(7, trades_at(60)), sent(10, live)) == [told, live]


@pytest.mark.parametrize("late", [trades_at(60, repaired=True), OLD_GAP])
def test_what_is_told_late_may_have_been_sent_after_the_cut_however_old_it_is(late: Event) -> None:
    feed = TopicFeed(Topic(MarketKind.TRADE, "BTCUSDT"), keeps_value=False)
    feed.cut_off(CUT)
    assert deliver(feed, again(7, late))[-1] == late


def test_the_newest_state_comes_without_a_word_where_it_is_older_than_the_cut() -> None:
    feed = TopicFeed(Topic(MarketKind.DEPTH, "BTCUSDT"), keeps_value=True)
    feed.cut_off(CUT)
    assert deliver(feed, again(5, depth(1))) == [depth(1)]
    assert list(feed.values(not_before=0)) == [depth(1)]


def test_nothing_was_lost_before_the_first_of_all() -> None:
    detector = LossDetector()
    detector.cut_off(99_000)
    assert detector.take(again(1, trades(5))) is None


@pytest.mark.parametrize("is_sent_again", [True, False])
def test_nothing_was_lost_before_a_topic_was_begun_for_those_who_have_heard_nothing(*, is_sent_again: bool) -> None:
    detector, event = LossDetector(), trades_at(CUT + 500)
    detector.cut_off(CUT)
    first = Envelope(epoch=1, sequence=2, event=event, begins=True, again=is_sent_again)
    assert not detector.has_come(first)
    assert detector.take(first) is None
    assert detector.take(sent(4, trades_at(CUT + 700))) is not None


def test_who_has_heard_of_a_topic_is_told_of_a_loss_where_it_is_begun_anew() -> None:
    detector = LossDetector()
    detector.take(sent(4, trades_at(CUT)))
    assert detector.take(Envelope(epoch=1, sequence=6, event=trades_at(CUT + 500), begins=True)) is not None


def test_a_feed_hands_out_nothing_twice_that_is_sent_again() -> None:
    feed, seen = TopicFeed(Topic(MarketKind.DEPTH, "BTCUSDT"), keeps_value=True), list[Event]()
    feed.add_callback(seen.append)
    feed.deliver(sent(1, depth(1)), 0)
    feed.deliver(again(1, depth(1)), 0)
    assert seen == [depth(1)]
    feed.deliver(again(2, depth(2)), 0)
    assert seen == [depth(1), depth(2)]


def test_a_feed_tells_by_itself_that_something_may_be_lost_of_what_nobody_counts() -> None:
    notifications = TopicFeed(Topic("notifications", owner="7"), keeps_value=False)
    counted = TopicFeed(Topic(MarketKind.TRADE, "BTCUSDT"), keeps_value=False)
    seen = list[Event]()
    for feed in (notifications, counted):
        feed.add_callback(seen.append)
        feed.cut_off(1000)
        feed.tell_cut_off(Resync(time=4000, start=1000, end=4000, complete=False))
    assert seen == [Resync(time=4000, start=1000, end=4000, complete=False)]


def test_a_feed_holds_no_value_that_may_be_old() -> None:
    feed = TopicFeed(Topic("account", owner="7"), keeps_value=True)
    feed.deliver(sent(0, depth(1), epoch=0), 10)
    assert list(feed.values(not_before=10)) == [depth(1)]
    feed.cut_off(1000)
    assert list(feed.values(not_before=10)) == []
