"""Where a program stands on numbered channels, and what is missing there."""

from collections.abc import Callable
from functools import partial
from typing import Any

from tidewire_client.channels.resuming import JUMPED, REFUSED, FrameStatus, Loss, Position, Resuming
from tidewire_client.channels.subscriptions import SubscriptionOptions, Subscriptions

TRADES = "trades:BTCUSDT"


def _frame(seq: int, epoch: str = "a", channel: str = TRADES) -> dict[str, Any]:
    return {"type": "trade", "channel": channel, "data": {}, "epoch": epoch, "seq": seq}


def _told(resuming: Resuming, *seqs: int, epoch: str = "a") -> list[FrameStatus]:
    return [resuming.take(_frame(seq, epoch), now_ms=1000) for seq in seqs]


def _wanting(*channels: str) -> tuple[Subscriptions, Resuming]:
    """Return what wants `channels`, and where it stands on them: nowhere yet."""
    wanted = Subscriptions()
    wanted.add(channels, SubscriptionOptions())
    return wanted, Resuming(wanted)


def _standing(seq: int) -> Resuming:
    """Return what has subscribed, been told of `seq`, and lost its connection."""
    _, resuming = _wanting(TRADES)
    resuming.asks([TRADES])
    resuming.answered(TRADES, {"epoch": "a", "seq": seq - 1}, 0)
    assert _told(resuming, seq) == [FrameStatus.NEW]
    resuming.opened()
    return resuming


def test_only_what_counts_is_asked_for_with_numbers_and_from_the_last_that_was_handed_over() -> None:
    resuming = Resuming(Subscriptions())
    assert resuming.asks(["price:BTCUSDT", "depth:BTCUSDT"]) == {}
    assert resuming.asks(["price:BTCUSDT", TRADES]) == {"since": {}}
    assert resuming.asks(["grid.a.order"]) == {"since": {}}
    _told(resuming, 7, 8)
    assert resuming.asks(["price:BTCUSDT", TRADES]) == {"since": {TRADES: {"epoch": "a", "seq": 8}}}


def test_it_stands_where_the_server_says_before_anything_was_told() -> None:
    resuming = Resuming(Subscriptions())
    resuming.asks([TRADES])
    assert resuming.answered(TRADES, {"epoch": "a", "seq": 40}, 0) is None
    assert resuming.outcome([TRADES]) is False, "a first connection resumes nothing"
    assert resuming.asks([TRADES])["since"] == {TRADES: {"epoch": "a", "seq": 40}}


def test_what_began_on_a_quiet_channel_without_a_connection_is_asked_for_from_its_first() -> None:
    resuming = Resuming(Subscriptions())
    resuming.asks([TRADES])
    assert resuming.answered(TRADES, {"type": "subscribed"}, 1000) is None
    resuming.opened()
    assert resuming.asks([TRADES]) == {"since": {}}
    told = {"epoch": "a", "seq": 2}
    assert resuming.began(TRADES, told) == Position("a", 2)
    assert resuming.recover(TRADES, "a", 0.0)
    assert resuming.asks([TRADES]) == {"since": {TRADES: {"epoch": "a", "seq": 0}}}
    assert resuming.lost(TRADES, JUMPED, 9000) == Loss(TRADES, JUMPED, 1000), "since it was acknowledged"
    assert resuming.answered(TRADES, {"recovered": True, **told}, 0) is None
    assert _told(resuming, 1, 2) == [FrameStatus.NEW, FrameStatus.NEW]
    assert resuming.outcome([TRADES]) is True


def test_nothing_began_where_a_channel_had_told_was_not_acknowledged_or_is_wanted_anew() -> None:
    resuming, told = Resuming(Subscriptions()), {"epoch": "a", "seq": 2}
    assert resuming.began(TRADES, told) is None, "a first answer"
    resuming.answered(TRADES, {"type": "subscribed"}, 0)
    assert resuming.began(TRADES, {"type": "subscribed"}) is None, "still nothing"
    assert _told(resuming, 1) == [FrameStatus.NEW]
    assert resuming.began(TRADES, {"recovered": True, **told}) is None, "it was heard"
    resuming.forget([TRADES])
    resuming.answered(TRADES, {"type": "subscribed"}, 0)
    resuming.forget([TRADES])
    assert resuming.began(TRADES, told) is None


def test_what_was_missed_is_told_once_and_known_to_be_all() -> None:
    resuming = _standing(5)
    resuming.asks([TRADES])
    acknowledgement = {"type": "subscribed", "channel": TRADES, "recovered": True, "epoch": "a", "seq": 7}
    assert resuming.take(acknowledgement, 0) is FrameStatus.NEW, "its number is no event's"
    assert resuming.outcome([TRADES]) is None
    assert resuming.answered(TRADES, {"recovered": True, "epoch": "a", "seq": 7}, 0) is None
    assert _told(resuming, 5, 6) == [FrameStatus.DOUBLE, FrameStatus.NEW]
    assert resuming.outcome([TRADES]) is None
    assert _told(resuming, 7, 7, 8) == [FrameStatus.NEW, FrameStatus.DOUBLE, FrameStatus.NEW]
    assert resuming.outcome([TRADES]) is True
    assert resuming.outcome([TRADES, "price:BTCUSDT"]) is False


def test_a_connection_that_dies_while_it_resumes_is_followed_by_one_that_goes_on_from_there() -> None:
    resuming = _standing(5)
    resuming.asks([TRADES])
    resuming.answered(TRADES, {"recovered": True, "epoch": "a", "seq": 9}, 0)
    _told(resuming, 6, 7)
    resuming.opened()
    assert resuming.asks([TRADES])["since"] == {TRADES: {"epoch": "a", "seq": 7}}


def test_what_nobody_missed_is_resumed_by_the_answer() -> None:
    resuming = _standing(5)
    resuming.asks([TRADES])
    resuming.answered(TRADES, {"recovered": True, "epoch": "a", "seq": 5}, 0)
    assert resuming.outcome([TRADES]) is True


def test_what_can_not_be_recovered_is_told_and_it_goes_on_where_the_server_stands() -> None:
    resuming = _standing(5)
    resuming.asks([TRADES])
    answer = {"recovered": False, "reason": "other_epoch", "epoch": "b", "seq": 3}
    assert resuming.answered(TRADES, answer, 2000) == Loss(TRADES, "other_epoch", 1000)
    assert resuming.outcome([TRADES]) is False
    assert _told(resuming, 4, epoch="b") == [FrameStatus.NEW]


def test_where_nobody_knows_where_a_channel_stands_the_next_number_is_the_first() -> None:
    resuming = _standing(5)
    resuming.asks([TRADES])
    assert resuming.answered(TRADES, {"recovered": False, "reason": "unavailable"}, 0) is not None
    assert _told(resuming, 90) == [FrameStatus.NEW]


def test_of_a_channel_whose_history_has_ended_is_asked_for_what_begins_while_the_connection_is_lost() -> None:
    ended = {"recovered": False, "reason": "other_epoch"}
    for reason, began in [("other_epoch", Position("b", 2)), ("unavailable", None)]:
        resuming = _standing(5)
        resuming.asks([TRADES])
        assert resuming.answered(TRADES, {**ended, "reason": reason}, 2000) == Loss(TRADES, reason, 1000)
        resuming.opened()
        assert resuming.asks([TRADES]) == {"since": {}}
        assert resuming.began(TRADES, {"epoch": "b", "seq": 2}) == began


def test_a_channel_of_another_epoch_below_a_pattern_is_not_remembered() -> None:
    resuming, order = Resuming(Subscriptions()), "grid.a.order"
    resuming.asks(["grid.*"])
    resuming.accept(order, Position("g", 3), 0)
    resuming.answered(order, {"recovered": False, "reason": "other_epoch"}, 2000)
    assert resuming.began(order, {"epoch": "h", "seq": 2}) is None


def test_a_server_without_the_feature_is_as_one_that_nobody_asked() -> None:
    resuming = _standing(5)
    resuming.asks([TRADES])
    assert resuming.answered(TRADES, {"type": "subscribed", "channel": TRADES}, 0) is None
    assert resuming.outcome([TRADES]) is False
    assert resuming.take({"type": "trade", "channel": TRADES, "data": {}}, 0) is FrameStatus.NEW


def test_a_number_that_is_missing_is_asked_for_and_what_comes_meanwhile_waits_for_its_turn() -> None:
    resuming = _standing(5)
    assert _told(resuming, 8) == [FrameStatus.GAP]
    assert resuming.recover(TRADES, "a", 0.0)
    assert resuming.asks([TRADES])["since"] == {TRADES: {"epoch": "a", "seq": 5}}
    assert _told(resuming, 9) == [FrameStatus.DOUBLE], "it comes again behind the answer"
    resuming.answered(TRADES, {"recovered": True, "epoch": "a", "seq": 9}, 0)
    assert _told(resuming, 6, 7, 8, 9, 10) == [FrameStatus.NEW] * 5


def test_what_is_recovered_is_to_be_asked_for_once_and_not_where_it_is_wanted_no_more() -> None:
    resuming = _standing(5)
    assert resuming.recover(TRADES, "a", 0.0)
    assert (TRADES in resuming.recovering, resuming.outcome([TRADES])) == (True, None)
    assert [resuming.to_ask(), resuming.to_ask()] == [[TRADES], []]
    ends: list[Callable[[], None]] = [partial(resuming.forget, [TRADES]), resuming.opened]
    for end in ends:
        resuming.accept(TRADES, Position("a", 5), 0)
        assert resuming.recover(TRADES, "a", 0.0)
        end()
        assert (TRADES in resuming.recovering, resuming.to_ask()) == (False, [])


def test_of_another_epoch_everything_is_asked_for_from_its_beginning() -> None:
    resuming = _standing(5)
    assert _told(resuming, 1, epoch="b") == [FrameStatus.NEW]
    assert _told(resuming, 3, epoch="c") == [FrameStatus.GAP]
    resuming.recover(TRADES, "c", 0.0)
    assert resuming.asks([TRADES])["since"] == {TRADES: {"epoch": "c", "seq": 0}}


def test_a_channel_is_recovered_three_times_a_minute_and_then_the_loss_is_told() -> None:
    resuming = _standing(5)
    assert [resuming.recover(TRADES, "a", now) for now in (0.0, 1.0, 2.0, 3.0, 60.0)] == [True, True, True, False, True]
    assert resuming.lost(TRADES, JUMPED, 5000) == Loss(TRADES, JUMPED, 1000)


def test_positions_that_the_server_does_not_take_are_forgotten_and_told() -> None:
    resuming = _standing(5)
    resuming.asks([TRADES])
    assert resuming.refused(9) == [Loss(TRADES, REFUSED, 1000)]
    assert resuming.asks([TRADES]) == {"since": {}}


def test_a_channel_that_is_wanted_no_more_is_forgotten_and_with_a_wildcard_what_it_matched() -> None:
    resuming = _standing(5)
    resuming.accept("grid.a.order", Position("g", 3), 0)
    resuming.forget([TRADES, "grid.*"])
    assert _told(resuming, 9) == [FrameStatus.NEW]
    assert resuming.take(_frame(9, "g", "grid.a.order"), 0) is FrameStatus.NEW


def test_an_unsubscribed_pattern_takes_no_position_of_what_is_still_heard_by_its_name_or_by_another_pattern() -> None:
    wanted, resuming = _wanting(TRADES, "trades:*", "grid.*", "grid.a.order", "grid.*.trade")
    for channel in (TRADES, "trades:ETHUSDT", "grid.a.order", "grid.a.trade", "grid.b.order"):
        resuming.accept(channel, Position("g", 3), 0)
    resuming.unsubscribed(wanted.remove(["trades:*", "grid.*"]))
    asked = resuming.asks([TRADES, "trades:ETHUSDT", "grid.a.order", "grid.*.trade", "grid.b.order"])
    assert sorted(asked["since"]) == ["grid.a.order", "grid.a.trade", TRADES]


def test_a_name_that_a_pattern_still_hears_keeps_its_position_and_a_refused_one_loses_it() -> None:
    order, since = "grid.a.order", {"epoch": "g", "seq": 3}
    wanted, resuming = _wanting(order, "grid.*")
    resuming.accept(order, Position("g", 3), 0)
    resuming.unsubscribed(wanted.remove([order]))
    assert resuming.asks(["grid.*"]) == {"since": {order: since}}
    resuming.forget([order])
    assert resuming.asks(["grid.*"]) == {"since": {}}


def test_a_refused_pattern_takes_no_position_of_a_channel_that_is_subscribed_by_its_name() -> None:
    wanted, resuming = _wanting(TRADES, "trades:*")
    assert _told(resuming, 5) == [FrameStatus.NEW]
    resuming.forget(wanted.remove(["trades:*"]))
    assert resuming.asks([TRADES]) == {"since": {TRADES: {"epoch": "a", "seq": 5}}}


def test_below_a_pattern_the_channels_that_told_are_resumed_and_nobody_knows_which_began() -> None:
    resuming = _standing(5)
    order = "grid.a.order"
    resuming.accept(order, Position("g", 3), 0)
    assert resuming.asks(["*"])["since"] == {order: {"epoch": "g", "seq": 3}}
    assert resuming.asks(["strategy.*"]) == {"since": {}}
    assert resuming.outcome(["grid.*"]) is None
    resuming.answered("*", {"type": "subscribed"}, 0)
    resuming.answered(order, {"recovered": True, "epoch": "g", "seq": 4}, 0)
    assert resuming.take(_frame(4, "g", order), 0) is FrameStatus.NEW
    assert (resuming.outcome([order]), resuming.outcome(["grid.*"])) == (True, False)


def test_a_frame_names_so_many_channels_below_patterns_that_the_server_takes_it() -> None:
    resuming = Resuming(Subscriptions())
    for number in range(300):
        resuming.accept(f"grid.{number}.order", Position("g" * 64, number), number)
    named = resuming.asks(["grid.*"])["since"]
    assert sorted(named) == sorted(f"grid.{number}.order" for number in range(100, 300))


def test_of_too_many_positions_those_below_patterns_go_and_never_that_of_a_subscribed_channel() -> None:
    order = "grid.a.order"
    wanted, resuming = _wanting(TRADES, order, "grid.*")
    resuming.accept(TRADES, Position("a", 5), 0)
    resuming.accept(order, Position("g", 3), 0)
    for number in range(10_001):
        resuming.accept(f"grid.{number}.order", Position("g", 1), number)
    since = {TRADES: {"epoch": "a", "seq": 5}, order: {"epoch": "g", "seq": 3}}
    assert resuming.asks([TRADES, order]) == {"since": since}
    assert resuming.asks(["grid.2.order"]) == {"since": {}}, "the longest silent"
    assert resuming.asks(["grid.3.order"]) == {"since": {"grid.3.order": {"epoch": "g", "seq": 1}}}
    wanted.remove([order])
    for number in range(10_000):
        resuming.accept(f"strategy.{number}.order", Position("g", 1), number)
    assert resuming.asks([order]) == {"since": {}}, "it is wanted no more"


def test_what_is_recovered_below_a_pattern_is_named_however_long_it_was_silent() -> None:
    """Or nothing of it would be heard again: what comes is a double until the answer names it."""
    resuming = Resuming(Subscriptions())
    for number in range(300):
        resuming.accept(f"grid.{number}.order", Position("g", 1), number)
    assert resuming.take(_frame(3, "g", "grid.0.order"), 0) is FrameStatus.GAP
    assert resuming.recover("grid.0.order", "g", 0.0)
    for number in range(1, 300):
        resuming.accept(f"grid.{number}.order", Position("g", 2), number)
    assert resuming.to_ask() == ["grid.0.order"]
    assert resuming.asks(["grid.*"])["since"]["grid.0.order"] == {"epoch": "g", "seq": 1}


def test_what_the_answer_of_a_pattern_leaves_out_is_awaited_no_more_and_told_where_something_is_missing() -> None:
    resuming = Resuming(Subscriptions())
    order, trade, other = "grid.a.order", "grid.a.trade", "strategy.a.order"
    for channel in (order, trade, other):
        resuming.accept(channel, Position("g", 1), 1000)
    assert resuming.take(_frame(5, "g", order), 0) is FrameStatus.GAP
    resuming.recover(order, "g", 0.0)
    resuming.asks(["grid.*", "strategy.*"])
    assert resuming.left_out(["grid.*", trade], 9) == [Loss(order, JUMPED, 1000)]
    resuming.answered(trade, {"recovered": True, "epoch": "g", "seq": 3}, 0)
    assert resuming.left_out(["grid.*.order", "grid.a.*"], 9) == [], "each is told once, and what was answered comes"
    assert [resuming.outcome([channel]) for channel in (order, trade, other)] == [False, None, None]
    assert resuming.take(_frame(6, "g", order), 0) is FrameStatus.GAP, "it is heard again, and asked for once more"
    assert resuming.left_out(["strategy.*"], 9) == [], "nothing of it is known to be missing"
    assert resuming.outcome([other]) is False


def test_nothing_of_a_former_user_is_asked_for() -> None:
    resuming = _standing(5)
    resuming.forget_all()
    assert resuming.asks([TRADES]) == {"since": {}}
