"""Minutes of a deployment: what of their moments they keep."""

from streaming.deployment_history.minute import Minute, MinuteGathering
from streaming.events import GatewaysUpdate
from tests.streaming.deployment_history.moments import BEGAN_AT, bridge, deliveries, gateway, moment_of


def minute_of(*moments: GatewaysUpdate) -> Minute:
    """Return the minute that begins at `BEGAN_AT`, of these moments."""
    gathering = MinuteGathering()
    assert [gathering.add(each) for each in moments] == [None] * len(moments)
    ended = gathering.add(moment_of(60.0))
    assert ended is not None
    return ended


def test_it_keeps_the_greatest_the_least_and_the_mean_of_its_moments() -> None:
    minute = minute_of(
        moment_of(0.0, gateway("a", connections=3, lag_ms_p99=7.5), gateway("b", frames_per_second=20.0)),
        moment_of(59.9, gateway("a", connections=1, lag_ms_p99=2.0, waiting_bytes=9)),
    )
    assert minute.began_at == BEGAN_AT
    assert minute.figures["connections"] == 4
    assert minute.figures["loop_lag_ms"] == 7.5
    assert minute.figures["frames_per_second"] == (30.0 + 10.0) / 2
    assert minute.figures["waiting_bytes"] == 9
    assert minute.figures["gateways"] == 1


def test_what_is_not_known_is_left_out() -> None:
    minute = minute_of(moment_of(0.0, gateway("a"), workers=(deliveries(None),)))
    assert minute.figures.keys().isdisjoint({"loop_lag_ms", "streams", "exchange_lag_ms", "deliveries: waiting"})


def test_what_is_counted_from_a_start_is_kept_as_growth_of_those_that_come_too() -> None:
    minute = minute_of(
        moment_of(0.0, gateway("a", slow_closed=10)),
        moment_of(10.0, gateway("a", slow_closed=12), gateway("b", slow_closed=3)),
        moment_of(20.0, gateway("b", slow_closed=4)),
        moment_of(30.0, gateway("a2", slow_closed=1), gateway("b", slow_closed=4)),
    )
    assert minute.figures["slow_closed"] == 2 + 3 + 1 + 1


def test_the_growth_between_two_minutes_is_the_second_ones() -> None:
    gathering = MinuteGathering()
    gathering.add(moment_of(50.0, of=bridge(reconnects=1)))
    ended = gathering.add(moment_of(60.0, of=bridge(reconnects=4)))
    assert ended is not None
    assert "reconnects" not in ended.figures
    later = gathering.add(moment_of(120.0, of=bridge(reconnects=4)))
    assert later is not None
    assert later.figures["reconnects"] == 3


def test_figures_of_workers_are_kept_by_their_names() -> None:
    minute = minute_of(*(moment_of(each, workers=(deliveries(each),)) for each in (1, 5, 2)))
    assert minute.figures["deliveries: waiting"] == 5


def test_who_goes_on_after_another_counts_from_then_on() -> None:
    gathering = MinuteGathering()
    gathering.add(moment_of(0.0, gateway("a", slow_closed=1)))
    gathering.forget()
    assert gathering.add(moment_of(70.0, gateway("a", slow_closed=5))) is None
    ended = gathering.add(moment_of(120.0, gateway("a", slow_closed=6)))
    assert ended is not None
    assert (ended.began_at, ended.figures.get("slow_closed")) == (BEGAN_AT + 60_000, None)
