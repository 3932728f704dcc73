"""The evaluator as a process: what fires, what doesn't, what is stored of it, and what it survives."""

import asyncio
import json
import signal
from collections.abc import Iterator
from decimal import Decimal

import pytest

from streaming.events import Interval
from streaming.events.intervals import next_open_time, open_time_at
from tests.alerts.firing.market import Number, candle, candle_topic, price, price_topic
from tests.alerts.firing.stage import Bridging, Stage, now_ms, stage
from tests.deployments import database_gone, status_of
from tests.metric_values import fetched_values, free_port
from tests.processes import Process
from tests.waiting import until, until_now

pytestmark = [pytest.mark.postgres, pytest.mark.redis, pytest.mark.timeout(240)]

SYMBOLS = tuple(f"{name}USDT" for name in ("TEXT", "GAP", "CLOSE", "OUTAGE", "LEASE"))
_EVALUATES = "alerts are evaluated"
_LONG = Interval.HOUR_12


class Evaluating:
    """A stage with one gateway, and one evaluator, which tests share."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.metrics_port = free_port()
        self._settings: dict[str, str] = {}
        self._process: Process | None = None

    def evaluator(self, **settings: str) -> Process:
        """Return an evaluator with these settings that evaluates: a new one where there is none."""
        if self._process is None or self._process.has_ended or settings != self._settings:
            if self._process is not None:
                self._process.stop()
            metrics = {"METRICS": "local", "METRICS_PORT": str(self.metrics_port)}
            self._settings, self._process = settings, self.stage.worker(**settings, **metrics)
            self._process.wait_for(_EVALUATES)
        return self._process


@pytest.fixture(scope="module")
def evaluating(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evaluating]:
    with stage(tmp_path_factory.mktemp("var")) as made:
        made.list_symbols(SYMBOLS)
        made.serve()
        yield Evaluating(made)


@pytest.fixture
def running(evaluating: Evaluating) -> Stage:
    """One gateway and one evaluator."""
    evaluating.evaluator()
    return evaluating.stage


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
    until_now(lambda: running.query("SELECT 1 FROM alerts_alertrule WHERE id = %s AND memory <> '{}'", rule_id))


def _wait_until_stored(running: Stage, symbol: str, value: int) -> None:
    """Wait until a symbol's last value is stored."""
    stored = "SELECT 1 FROM alerts_seriespoint WHERE strpos(key, %s) > 0 AND value = %s"
    until_now(lambda: running.query(stored, symbol, str(value)))


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


async def test_it_counts_rules_evaluations_and_firings(evaluating: Evaluating) -> None:
    evaluating.evaluator()
    before = fetched_values(evaluating.metrics_port)
    rule_id = _new_rule(evaluating.stage, "TEXTUSDT")
    await _prices(evaluating.stage, "TEXTUSDT", 80, "100.50")
    evaluating.stage.wait_fired(rule_id, 1)
    fired = "tidewire_alerts_firings_total"
    until_now(lambda: fetched_values(evaluating.metrics_port)[fired] > before[fired])
    now = fetched_values(evaluating.metrics_port)
    evaluations = "tidewire_alerts_evaluation_duration_seconds_count"
    assert now[evaluations] >= before[evaluations] + 2
    assert now["tidewire_alerts_storing_duration_seconds_count"] > 0
    assert now["tidewire_alerts_evaluated_rules"] == before["tidewire_alerts_evaluated_rules"] + 1
    by_state = [value for name, value in now.items() if name.startswith("tidewire_alerts_rules{")]
    assert sum(by_state) >= now["tidewire_alerts_evaluated_rules"]
    assert now["tidewire_lease_held{lease=alerts}"] == 1


async def test_it_makes_up_for_prices_and_closes_that_nobody_saw(evaluating: Evaluating) -> None:
    """Each level within the gap fires once, late; candles that have closed meanwhile count, one by one."""
    running, worker = evaluating.stage, evaluating.evaluator()
    levels = {threshold: _new_rule(running, "GAPUSDT", threshold=threshold) for threshold in (100, 110, 150)}
    closes = _rule_of_closes(running)
    third = open_time_at(_LONG, open_time_at(_LONG, now_ms()) - 1)
    second = open_time_at(_LONG, third - 1)
    first = open_time_at(_LONG, second - 1)
    await _prices(running, "GAPUSDT", 90)
    await _close(running, 90, first)
    for symbol in ("GAPUSDT", "CLOSEUSDT"):
        _wait_until_stored(running, symbol, 90)
    worker.signal(signal.SIGKILL)
    worker.wait()
    running.write(
        "INSERT INTO market_candle (source, symbol, interval, open_time, open, high, low, close, volume,"
        " quote_volume, trades, repaired) VALUES ('binance', 'CLOSEUSDT', %s, %s, 1, 1, 1, %s, 1, 1, 1, false)",
        [(_LONG.value, second, 105), (_LONG.value, third, 95)],
    )
    evaluating.evaluator()
    await _prices(running, "GAPUSDT", 120, 90, 120)
    for threshold in (100, 110):
        assert running.wait_fired(levels[threshold], 2) == [(1, Decimal(120), True), (2, Decimal(120), False)]
    assert running.fired(levels[150]) == []
    assert [value for _, value, _ in running.wait_fired(closes, 1)] == [Decimal(105)]
    await _close(running, 107, next_open_time(_LONG, third))
    assert [value for _, value, _ in running.wait_fired(closes, 2)] == [Decimal(105), Decimal(107)]


def _rule_of_closes(running: Stage) -> int:
    """Make a rule on closes above 100, and wait as for others."""
    rule_id = running.rule(
        symbol="CLOSEUSDT", source="candle", operator="above", threshold=100, interval=_LONG.value,
        trigger="once_per_candle_close",
    )  # fmt: skip
    running.wait_for_readers([candle_topic("CLOSEUSDT", _LONG)])
    _wait_until_evaluated(running, rule_id)
    return rule_id


async def _close(running: Stage, value: int, open_time: int) -> None:
    """Publish a closed candle."""
    async with Bridging(running.environment) as bridge:
        closed = candle("CLOSEUSDT", value, open_time, interval=_LONG, is_final=True)
        await bridge.publish(candle_topic("CLOSEUSDT", _LONG), closed)


@pytest.mark.parametrize(
    ("symbol", "settings", "says"),
    [
        ("LEASEUSDT", {}, "the lease is lost"),
        ("OUTAGEUSDT", {"ALERTS_LEASE_SECONDS": "60"}, "database of the alerts"),
    ],
)
async def test_it_stores_what_fired_while_the_database_was_gone(
    evaluating: Evaluating, symbol: str, settings: dict[str, str], says: str
) -> None:
    """It is back as soon as the evaluator has said that it is gone; then a while, with several tries, after that."""
    running, worker = evaluating.stage, evaluating.evaluator(**settings)
    rule_id = _new_rule(running, symbol)
    await _prices(running, symbol, 90)
    _wait_until_stored(running, symbol, 90)
    for outage, seconds in enumerate((0, 2)):
        said = worker.output.count(says)
        with database_gone(running.environment["DATABASE_URL"]):
            await _prices(running, symbol, 110, 95, 120)
            await until(lambda said=said: worker.output.count(says) > said)  # type: ignore[misc]
            await asyncio.sleep(seconds)  # its absence is what is tested
        fired = running.wait_fired(rule_id, 3 * outage + 2)[3 * outage :]
        assert [(value, late) for _, value, late in fired] == [(Decimal(110), False), (Decimal(120), False)]
        await _prices(running, symbol, 90, 130, 90)
        assert running.wait_fired(rule_id, 3 * outage + 3)[-1] == (3 * outage + 3, Decimal(130), False)
    await asyncio.to_thread(until_now, lambda: status_of(f"{running.gateway}/api/v1/market/symbols/") == 200)
