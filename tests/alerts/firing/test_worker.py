"""The evaluator as a process: what fires, what doesn't, what is stored of it, and what it survives."""

import asyncio
import json
import signal
from collections.abc import Iterator
from decimal import Decimal
from typing import Self

import pytest

from streaming.events import Interval, Source
from streaming.events.intervals import next_open_time, open_time_at
from tests.alerts.firing.market import Number, candle, candle_topic, price, price_topic
from tests.alerts.firing.stage import LIMIT_SECONDS, Bridging, Stage, now_ms, stage
from tests.deployments import database_gone, status_of
from tests.processes import Process
from tests.waiting import until, until_now
from tests.wire.client import connected

pytestmark = [pytest.mark.postgres, pytest.mark.redis, pytest.mark.timeout(240)]

SYMBOLS = tuple(
    f"{name}USDT"
    for name in (
        "TEXT", "STALE", "REAL", "EDIT", "OFF", "MANY", "MUTE", "TOLD", "LONG", "NEXT",
        "GAP", "CLOSE", "SOON", "LATE", "LEASE",
    )
)  # fmt: skip
_EVALUATES = "alerts are evaluated"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One gateway and one evaluator."""
    with stage(tmp_path_factory.mktemp("var"), ALERTS_NO_DATA_SECONDS="6") as made:
        made.list_symbols(SYMBOLS)
        made.serve()
        made.worker().wait_for(_EVALUATES)
        yield made


@pytest.fixture(scope="module")
def evaluated_by_nobody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One gateway, for those who start evaluators of their own."""
    with stage(tmp_path_factory.mktemp("var")) as made:
        made.list_symbols(SYMBOLS)
        made.serve()
        yield made


@pytest.fixture
def alone(evaluated_by_nobody: Stage) -> Iterator["Alone"]:
    """A deployment whose evaluators are the test's; they end with it."""
    with Alone(evaluated_by_nobody) as alone:
        yield alone


class Alone:
    """See the fixture: `stage`, and its evaluators."""

    def __init__(self, running: Stage) -> None:
        self.stage = running
        self._workers: list[Process] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        for worker in self._workers:
            worker.stop()

    def evaluator(self, **settings: str) -> Process:
        """Start one, and wait until it evaluates."""
        worker = self.stage.worker(**settings)
        self._workers.append(worker)
        worker.wait_for(_EVALUATES)
        return worker


async def _prices(running: Stage, symbol: str, *values: Number, **marks: object) -> None:
    """Publish prices, from now on a millisecond apart on the exchange."""
    begin = now_ms()
    async with Bridging(running.environment) as bridge:
        for number, value in enumerate(values):
            event = price(symbol, value, begin + number, **marks)  # type: ignore[arg-type]  # a test's own marks
            await bridge.publish(price_topic(symbol), event)


def _new_rule(running: Stage, symbol: str, **parameters: object) -> int:
    """Make a rule, and wait until its symbol is read and it is stored as known to the evaluator."""
    rule_id = running.rule(symbol=symbol, **{"threshold": 100, **parameters})
    running.wait_for_readers([price_topic(symbol)])
    _wait_until_evaluated(running, rule_id)
    return rule_id


def _wait_until_evaluated(running: Stage, rule_id: int) -> None:
    """Wait until what the evaluator knows of a rule is stored."""
    until_now(
        lambda: running.query("SELECT 1 FROM alerts_alertrule WHERE id = %s AND memory <> '{}'", rule_id),
        seconds=LIMIT_SECONDS,
    )


def _wait_until_stored(running: Stage, symbol: str, value: int) -> None:
    """Wait until a symbol's last value is stored."""
    stored = "SELECT 1 FROM alerts_seriespoint WHERE strpos(key, %s) > 0 AND value = %s"
    until_now(lambda: running.query(stored, symbol, str(value)), seconds=LIMIT_SECONDS)


async def test_it_stores_event_notification_and_delivery_with_the_rules_state(running: Stage) -> None:
    template = "{symbol} is at {price}, through {threshold}: {change}"
    rule_id = _new_rule(running, "TEXTUSDT", name="Round number", severity="warning", template=template)
    await _prices(running, "TEXTUSDT", 80, "100.50")
    running.wait_fired(rule_id, 1)
    row = running.rule_row(rule_id)
    assert (row["firings"], row["last_value"], row["error"]) == (1, Decimal("100.50"), "")
    told = running.ask("GET", "/api/v1/notifications/")["items"][0]
    assert (told["title"], told["kind"], told["severity"]) == ("Round number", "alert", "warning")
    assert told["body"] == "TEXTUSDT is at 100.5, through 100: +25.62 %"
    data = told["data"] if isinstance(told["data"], dict) else json.loads(told["data"], parse_float=Decimal)
    assert (data["rule"], data["value"], data["previous"]) == (rule_id, Decimal("100.50"), 80)
    assert running.query(
        "SELECT channel FROM alerts_delivery d JOIN alerts_notification n ON n.id = notification_id"
        " WHERE n.rule_id = %s",
        rule_id,
    ) == [("websocket",)]


async def test_it_tells_its_owner_of_each_firing_though_nobody_delivers_notifications(running: Stage) -> None:
    rule_id = _new_rule(running, "TOLDUSDT")
    async with connected(f"{running.socket_url}?token={running.token}") as client:
        await client.subscribe("alerts")
        await client.next_of("subscribed")
        await _prices(running, "TOLDUSDT", 80, "100.50", 90, 120)
        told = [(await client.next_of("alert", "alerts"))["data"] for _ in range(2)]
    assert [(one["rule"], one["value"], one["previous"]) for one in told] == [
        (rule_id, Decimal("100.50"), 80),
        (rule_id, 120, 90),
    ]
    assert running.fired(rule_id) == [(1, Decimal("100.50"), False), (2, Decimal(120), False)]


async def test_it_evaluates_no_value_that_is_only_repeated_because_it_is_stale(running: Stage) -> None:
    rule_id = _new_rule(running, "STALEUSDT")
    await _prices(running, "STALEUSDT", 90)
    await _prices(running, "STALEUSDT", 110, stale=True)
    await _prices(running, "STALEUSDT", 95, 120)
    assert running.wait_fired(rule_id, 1) == [(1, Decimal(120), False)]


async def test_it_lets_simulated_prices_fire_nothing(running: Stage) -> None:
    rule_id = _new_rule(running, "REALUSDT")
    await _prices(running, "REALUSDT", 90, 110, 90, source=Source.SIMULATOR)
    await _prices(running, "REALUSDT", 80, 130)
    assert running.wait_fired(rule_id, 1) == [(1, Decimal(130), False)]


async def test_it_follows_a_changed_threshold(running: Stage) -> None:
    rule_id = _new_rule(running, "EDITUSDT")
    await _prices(running, "EDITUSDT", 90)
    await until(lambda: running.rule_row(rule_id)["state"] == "armed", seconds=LIMIT_SECONDS)
    running.ask("PATCH", f"/api/v1/alerts/rules/{rule_id}/", {"threshold": 200})
    await until(
        lambda: running.query("SELECT 1 FROM alerts_alertrule WHERE id = %s AND memory <> '{}'", rule_id),
        seconds=LIMIT_SECONDS,
    )
    await _prices(running, "EDITUSDT", 90, 150, 190, 210)
    assert running.wait_fired(rule_id, 1) == [(1, Decimal(210), False)]


async def test_it_leaves_a_rule_alone_that_is_switched_off_and_begins_anew_when_it_is_on_again(running: Stage) -> None:
    rule_id = _new_rule(running, "OFFUSDT", trigger="once")
    other = _new_rule(running, "OFFUSDT")
    running.ask("POST", f"/api/v1/alerts/rules/{rule_id}/disable/", {})
    await _prices(running, "OFFUSDT", 90, 110)
    running.wait_fired(other, 1)
    assert running.fired(rule_id) == []
    running.ask("POST", f"/api/v1/alerts/rules/{rule_id}/enable/", {})
    await until(
        lambda: running.query("SELECT 1 FROM alerts_alertrule WHERE id = %s AND memory <> '{}'", rule_id),
        seconds=LIMIT_SECONDS,
    )
    await _prices(running, "OFFUSDT", 90, 110)
    assert running.wait_fired(rule_id, 1) == [(1, Decimal(110), False)]
    await until(lambda: running.rule_row(rule_id)["state"] == "expired", seconds=LIMIT_SECONDS)


async def test_it_lets_the_notifications_of_a_noisy_rule_collapse_into_one_that_counts(running: Stage) -> None:
    rule_id = _new_rule(running, "MANYUSDT")
    await _prices(running, "MANYUSDT", *(90, 110) * 15)
    running.wait_fired(rule_id, 15)
    await until(lambda: running.rule_row(rule_id)["firings"] == 15, seconds=LIMIT_SECONDS)
    counts = running.query("SELECT count FROM alerts_notification WHERE rule_id = %s ORDER BY id", rule_id)
    assert sum(count for (count,) in counts) == 15
    assert counts[-1] == (6,)


async def test_it_says_when_a_rule_has_no_data_and_when_it_has_again(running: Stage) -> None:
    rule_id = _new_rule(running, "MUTEUSDT")
    await until(lambda: running.rule_row(rule_id)["state"] == "no_data", seconds=LIMIT_SECONDS)
    await _prices(running, "MUTEUSDT", 90)
    await until(
        lambda: running.query("SELECT 1 FROM alerts_alertrule WHERE id = %s AND state = 'armed'", rule_id),
        seconds=LIMIT_SECONDS,
    )


async def test_it_puts_a_rule_aside_of_which_the_database_refuses_what_it_did(running: Stage) -> None:
    refused = _new_rule(running, "LONGUSDT")
    other = _new_rule(running, "NEXTUSDT")
    await _prices(running, "LONGUSDT", 90)
    await _prices(running, "LONGUSDT", f"110.{'1' * 90}")
    await _prices(running, "NEXTUSDT", 90, 110)
    running.wait_fired(other, 1)
    await until(lambda: running.rule_row(refused)["state"] == "error", seconds=LIMIT_SECONDS)
    assert "too long" in running.rule_row(refused)["error"]
    running.ask("POST", f"/api/v1/alerts/rules/{refused}/disable/", {})
    running.ask("POST", f"/api/v1/alerts/rules/{refused}/enable/", {})
    _wait_until_evaluated(running, refused)
    await _prices(running, "LONGUSDT", 90, 110)
    assert running.wait_fired(refused, 1) == [(1, Decimal(110), False)]


async def test_it_fires_each_level_within_a_gap_once_and_late(alone: Alone) -> None:
    running, worker = alone.stage, alone.evaluator()
    rules = {threshold: _new_rule(running, "GAPUSDT", threshold=threshold) for threshold in (100, 110, 150)}
    await _prices(running, "GAPUSDT", 90)
    _wait_until_stored(running, "GAPUSDT", 90)
    worker.signal(signal.SIGKILL)
    worker.wait()
    alone.evaluator()
    await _prices(running, "GAPUSDT", 120, 90, 120)
    for threshold in (100, 110):
        assert running.wait_fired(rules[threshold], 2) == [(1, Decimal(120), True), (2, Decimal(120), False)]
    assert running.fired(rules[150]) == []


async def test_it_counts_the_closes_that_nobody_saw(alone: Alone) -> None:
    running, interval = alone.stage, Interval.HOUR_12
    rule_id = running.rule(
        symbol="CLOSEUSDT", source="candle", operator="above", threshold=100, interval=interval.value,
        trigger="once_per_candle_close",
    )  # fmt: skip
    worker = alone.evaluator()
    topic = candle_topic("CLOSEUSDT", interval)
    third = open_time_at(interval, open_time_at(interval, now_ms()) - 1)
    second = open_time_at(interval, third - 1)
    first = open_time_at(interval, second - 1)
    async with Bridging(running.environment) as bridge:
        await bridge.publish(topic, candle("CLOSEUSDT", 90, first, interval=interval, is_final=True))
        _wait_until_stored(running, "CLOSEUSDT", 90)
        worker.signal(signal.SIGKILL)
        worker.wait()
        running.write(
            "INSERT INTO market_candle (source, symbol, interval, open_time, open, high, low, close, volume,"
            " quote_volume, trades, repaired) VALUES ('binance', 'CLOSEUSDT', %s, %s, 1, 1, 1, %s, 1, 1, 1, false)",
            [(interval.value, second, 105), (interval.value, third, 95)],
        )
        alone.evaluator()
        assert [value for _, value, _ in running.wait_fired(rule_id, 1)] == [Decimal(105)]
        await bridge.publish(
            topic, candle("CLOSEUSDT", 107, next_open_time(interval, third), interval=interval, is_final=True)
        )
        assert [value for _, value, _ in running.wait_fired(rule_id, 2)] == [Decimal(105), Decimal(107)]


@pytest.mark.parametrize(
    ("symbol", "lease", "says", "seconds"),
    [
        ("LEASEUSDT", "1.5", "the lease is lost", 0),
        ("LATEUSDT", "60", "database of the alerts", 3),
        ("SOONUSDT", "60", "database of the alerts", 0),
    ],
)
async def test_it_stores_what_fired_while_the_database_was_gone(
    alone: Alone, symbol: str, lease: str, says: str, seconds: int
) -> None:
    """It is back so many seconds, each with several tries, after the evaluator has said that it is gone."""
    running, worker = alone.stage, alone.evaluator(ALERTS_LEASE_SECONDS=lease)
    rule_id = _new_rule(running, symbol)
    await _prices(running, symbol, 90)
    _wait_until_stored(running, symbol, 90)
    with database_gone(running.environment["DATABASE_URL"]):
        await _prices(running, symbol, 110, 95, 120)
        await asyncio.to_thread(worker.wait_for, says)
        await asyncio.sleep(seconds)  # its absence is what is tested
    assert running.wait_fired(rule_id, 2) == [(1, Decimal(110), False), (2, Decimal(120), False)]
    await _prices(running, symbol, 90, 130)
    assert running.wait_fired(rule_id, 3)[2:] == [(3, Decimal(130), False)]
    await asyncio.to_thread(until_now, lambda: status_of(f"{running.gateway}/api/v1/market/symbols/") == 200)
