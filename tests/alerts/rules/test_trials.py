"""`alerts.test`: how often a rule would have fired over the stored candles of the last day."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings as configured
from django.urls import path
from pytest_django import Settings

from accounts.models import User
from alerts.models import AlertRule, RuleChange
from alerts.rules.use_cases import TEST_RULE
from streaming.events import Interval, Source
from streaming.events.intervals import close_time_of
from streaming.market.candles.storage import candles_store
from streaming.market.sources.answers import KlineRow
from streaming.rest.views import StructView
from streaming.times import iso_time, milliseconds
from tests.accounts.rest import post
from tests.alerts.rules.conftest import NOW, MakeRule
from tests.alerts.rules.refusals import RULE
from tests.manual_clock import ManualClock

pytestmark = pytest.mark.usefixtures("symbols", "_at_noon")
NOW_MS = milliseconds(NOW)
HOUR = 3_600_000


class AddressesAt:
    """The addresses of trials, where it is a time of the test's."""

    def __init__(self, now: datetime) -> None:
        view = StructView.of(POST=TEST_RULE).as_view(clock=ManualClock(milliseconds(now)))
        self.urlpatterns = [path("api/v1/alerts/rules/test/", view), path("api/v1/alerts/rules/<int:id>/test/", view)]


@pytest.fixture
def _at_noon(settings: Settings) -> None:
    """Let it be noon for whoever asks over REST."""
    settings.ROOT_URLCONF = AddressesAt(NOW)


def store(closes: Sequence[int], *, first: datetime = NOW - timedelta(hours=2), interval: str = "1m") -> None:
    """Store candles that follow one another, each from the close before to its own."""
    opening, time, rows = closes[0], milliseconds(first), []
    for close in closes:
        end = close_time_of(Interval(interval), time)
        rows.append(
            KlineRow(
                open_time=time,
                open=Decimal(opening),
                high=Decimal(max(opening, close)),
                low=Decimal(min(opening, close)),
                close=Decimal(close),
                volume=Decimal(1),
                close_time=end,
                quote_volume=Decimal(close),
                trades=1,
            )
        )
        opening, time = close, end + 1
    source = Source(configured.EXCHANGE_SOURCE)
    candles_store(source=source, symbol="BTCUSDT", interval=Interval(interval), rows=rows, now_ms=NOW_MS)


def tried(user: User, **changes: Any) -> Any:
    """Try a rule's parameters, and return the answer."""
    response = post("alerts/rules/test/", RULE | {"threshold": 50} | changes, user=user)
    assert response.status_code == 200, response.content
    return json.loads(response.content)


def minutes(answer: Any) -> list[int]:
    """Return in which minutes after the first candle it would have fired."""
    first = NOW - timedelta(hours=2)
    times = [datetime.fromisoformat(time) - first for time in answer["times"]]
    return [int(time.total_seconds() // 60) for time in times]


CROSSES = {"trigger": "every_time", "operator": "crossing_up"}
CLOSES = {"trigger": "once_per_candle_close", "operator": "crossing_up", "interval": "1m"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [3]),
        (CROSSES, [3, 5, 9]),
        (CROSSES | {"cooldown": 180}, [3, 9]),
        (CLOSES, [3, 5, 9]),
        (CROSSES | {"threshold": 70}, [9]),
        (CROSSES | {"threshold": 100}, []),
        ({"operator": "below", "trigger": "every_time"}, [0, 4, 6]),
        ({"source": "candle", "interval": "1m", "field": "high"}, [3]),
    ],
)
def test_it_tells_when_it_would_have_fired(changes: dict[str, Any], expected: list[int], owner: User) -> None:
    store([45, 40, 40, 60, 40, 60, 40, 40, 40, 80])
    answer = tried(owner, **changes)
    assert minutes(answer) == expected
    assert answer["would_fire"] == len(expected)
    assert answer["over"] == {"start": iso_time(NOW_MS - 24 * HOUR), "end": iso_time(NOW_MS)}


def test_it_tries_a_rule_by_its_id_and_leaves_it_as_it_is(owner: User, make_rule: MakeRule) -> None:
    store([40, 60])
    rule = make_rule(threshold=50, expires=NOW_MS + 1, max_firings=1)
    before, changes = AlertRule.objects.values().get(), RuleChange.objects.count()
    by_address = post(f"alerts/rules/{rule.pk}/test/", {}, user=owner)
    by_parameter = post("alerts/rules/test/", {"id": rule.pk}, user=owner)
    assert by_address.content == by_parameter.content
    assert minutes(json.loads(by_address.content)) == [1]
    assert AlertRule.objects.values().get() == before
    assert RuleChange.objects.count() == changes


def test_it_lets_candles_of_before_only_tell_where_the_value_was(owner: User) -> None:
    day_before = NOW - timedelta(hours=24)
    store([40, 60, 40], first=day_before - timedelta(minutes=3))
    store([40, 60], first=day_before)
    assert tried(owner, **CROSSES)["would_fire"] == 1


def test_it_seeds_an_indicator_with_what_was_before(owner: User) -> None:
    store([40] * 30, first=NOW - timedelta(hours=24, minutes=30))
    store([40, 40, 70], first=NOW - timedelta(hours=24))
    average = {"source": "indicator", "indicator": "sma", "interval": "1m", "parameters": {"period": 20}}
    assert tried(owner, **CROSSES, **average, threshold=41)["would_fire"] == 1


def test_it_seeds_an_indicator_where_the_day_begins_within_a_candle(owner: User, settings: Settings) -> None:
    settings.ROOT_URLCONF = AddressesAt(NOW + timedelta(minutes=30))
    store([*[40] * 20, 70], first=NOW - timedelta(hours=44), interval="1h")
    average = {"source": "indicator", "indicator": "sma", "interval": "1h", "parameters": {"period": 20}}
    assert tried(owner, **CROSSES, **average, threshold=41)["would_fire"] == 1


def test_it_seeds_the_window_of_a_move_with_what_was_before(owner: User) -> None:
    day_before = NOW - timedelta(hours=24)
    moving = {"operator": "moving_up", "threshold": None, "percent": 5, "window": 3600}
    store([108, 108], first=day_before)
    assert tried(owner, **moving)["would_fire"] == 0
    store([100, *range(100, 109)], first=day_before - timedelta(minutes=10))
    assert tried(owner, **moving)["times"] == [iso_time(milliseconds(day_before))]


def test_it_knows_a_tickers_day_from_the_start_of_the_day_that_is_tried(owner: User, settings: Settings) -> None:
    settings.ROOT_URLCONF = AddressesAt(NOW + timedelta(seconds=30))
    store([90], first=NOW - timedelta(hours=48))
    store([40] * 1442, first=NOW - timedelta(hours=47, minutes=59))
    high = {"source": "ticker", "field": "high", "operator": "crossing_down", "trigger": "every_time"}
    # What was 90 is a day ago when the first candle of the day that is tried closes.
    answer = tried(owner, **high, threshold=50)
    assert answer["times"] == [iso_time(NOW_MS - 24 * HOUR + 59_999)]


def test_it_knows_no_figure_of_a_tickers_day_that_is_not_stored(owner: User) -> None:
    store([40, 90])
    assert tried(owner, source="ticker", field="high", trigger="every_time")["would_fire"] == 0


def test_it_tries_several_conditions_of_several_intervals(owner: User) -> None:
    store([40, 60, 40, 60])
    store([40, 60], interval="1h")
    hourly = {"source": "candle", "interval": "1h", "operator": "above", "threshold": 55}
    answer = tried(owner, **CROSSES, conditions=[hourly], combine="all")
    assert answer["would_fire"] == 0
    assert tried(owner, **CROSSES, conditions=[hourly], combine="any")["would_fire"] >= 2


def test_it_fires_never_where_nothing_is_stored(owner: User) -> None:
    assert tried(owner)["would_fire"] == 0


def test_it_counts_all_and_tells_the_newest(owner: User) -> None:
    store([40, 60] * 720, first=NOW - timedelta(hours=24))
    answer = tried(owner, **CROSSES | {"operator": "crossing"})
    assert answer["would_fire"] > 1000
    assert len(answer["times"]) == 500
    assert datetime.fromisoformat(answer["times"][-1]) > NOW - timedelta(minutes=2)


SECONDLY = {"source": "candle", "interval": "1s", "operator": "above", "threshold": 55}


@pytest.mark.parametrize(
    ("changes", "field"), [(SECONDLY, "interval"), ({"conditions": [SECONDLY]}, "conditions.0.interval")]
)
def test_it_tries_no_intervals_under_a_minute(
    changes: dict[str, Any], field: str, owner: User, make_rule: MakeRule
) -> None:
    refused = post("alerts/rules/test/", RULE | changes, user=owner)
    assert (refused.status_code, json.loads(refused.content)["error"]["fields"]) == (
        400,
        {field: f"{field} must be 1m or longer to be tested"},
    )
    by_id = post(f"alerts/rules/{make_rule(**changes).pk}/test/", {}, user=owner)
    assert json.loads(by_id.content)["error"]["fields"] == {"interval": "interval must be 1m or longer to be tested"}
