"""Rules on signals: of the owner's strategies and of public ones, each once however often it is told."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from accounts.models import User
from alerts.conditions.rule import AlertSource, Condition, Point, Rule, RuleMemory, Series, TriggerPolicy
from alerts.events import Alert, AlertOperator, AlertState
from alerts.firing.evaluation import Evaluation
from alerts.firing.noise_limits import NoiseLimits
from alerts.firing.processed_moments import MOST_REMEMBERED, ProcessedMoments
from alerts.firing.series_values import point_of
from alerts.firing.types import LoadedRule, NumberedFiring, SeriesMemory
from alerts.firing.unstored_firings import LATE_MOMENT_MS
from alerts.firing.worker import AlertsWorker
from alerts.models import AlertRule, Notification
from streaming.events import Event, SignalAction, Source
from streaming.fan_out.hub import Hub
from streaming.topics.topic import DOTTED, Topic
from tests.alerts.deliveries.notifying import stop
from tests.manual_clock import ManualClock
from tests.waiting import until
from trading.events import Signal, StrategySignal

D = Decimal
_LIMITS = NoiseLimits(per_minute=100, per_hour=100, per_user=100)
_OWN = Topic(DOTTED, owner="5", name="strategy.strat_a.signal")
_PUBLIC = Topic("signal", "BTCUSDT")
NOW = 1_795_000_000_000


def own(number: int, *, action: str = "buy", confidence: str = "0.72", **changes: Any) -> StrategySignal:
    given = {"channel": "strategy.strat_a.signal", "owner": "5", "id": "strat_a", "time": NOW + number, **changes}
    return StrategySignal(
        strategy="rsi_reversion",
        symbol="BTCUSDT",
        action=SignalAction(action),
        price=D("95000.50"),
        confidence=D(confidence),
        reason="RSI fell to 24",
        number=number,
        **given,
    )


def public(signal_id: str, *, source: Source = Source.BINANCE) -> Signal:
    return Signal(
        symbol="BTCUSDT",
        time=NOW,
        source=source,
        action=SignalAction.SELL,
        confidence=D("0.8"),
        model="rsi_reversion",
        horizon="1m",
        price=D(95000),
        id=signal_id,
    )


def loaded(rule_id: int, field: str, *, strategy: str = "strat_a", owner: int = 5) -> LoadedRule:
    series = Series(
        source=AlertSource.STRATEGY,
        symbol="BTCUSDT",
        field=field,
        strategy=strategy,
        owner=str(owner) if strategy else "",
    )
    condition = Condition(series=series, operator=AlertOperator.AT_LEAST, threshold=D("0.6"))
    rule = Rule(id=rule_id, conditions=(condition,), trigger=TriggerPolicy.EVERY_TIME)
    known = RuleMemory(state=AlertState.ARMED, holds=(False,))
    return LoadedRule(id=rule_id, owner_id=owner, rule=rule, memory=known)


def evaluation_of(*rules: LoadedRule, clock: ManualClock | None = None) -> Evaluation:
    clock = clock or ManualClock(NOW)
    made = Evaluation(clock=clock, noise=_LIMITS, no_data_seconds=60, may_use_simulated=False)
    for rule in rules:
        made.put(rule)
    made.plan()
    return made


def fired(evaluation: Evaluation) -> list[int]:
    return [one.firing.rule_id for one in evaluation.take_batch().firings]


def test_it_reads_what_a_signal_says() -> None:
    series = Series(source=AlertSource.STRATEGY, symbol="BTCUSDT", field="any")
    told, shown = point_of(series, own(3)), point_of(series, public("sig_a", source=Source.SIMULATOR))
    assert told is not None
    assert shown is not None
    assert (told.value, told.time, told.simulated, shown.simulated) == (D("0.72"), NOW + 3, False, True)
    assert told.signal is not None
    assert shown.signal is not None
    assert (told.signal.given_by, told.signal.why, shown.signal.why) == ("rsi_reversion", "RSI fell to 24", "")
    assert len({told.signal.id, shown.signal.id}) == 2


def test_it_fires_the_rules_on_that_strategy_and_action_each_time() -> None:
    evaluation = evaluation_of(
        loaded(1, "buy"), loaded(2, "sell"), loaded(3, "any"), loaded(4, "any", strategy=""), loaded(5, "any", owner=8)
    )
    assert evaluation.topics == {_OWN, _PUBLIC, Topic(DOTTED, owner="8", name=_OWN.name)}
    for topic, event in ((_OWN, own(1)), (_OWN, own(2)), (_OWN, own(3, action="sell")), (_PUBLIC, public("sig_a"))):
        evaluation.take(topic, event)
    assert fired(evaluation) == [1, 3, 1, 3, 2, 3, 4]


def test_it_takes_no_signal_of_a_simulated_market_where_it_may_not() -> None:
    evaluation = evaluation_of(loaded(4, "any", strategy=""))
    evaluation.take(_PUBLIC, public("sig_a", source=Source.SIMULATOR))
    assert fired(evaluation) == []


def test_one_that_is_told_again_fires_no_more_after_a_restart_neither() -> None:
    before = evaluation_of(loaded(1, "buy"))
    for number in (1, 2, 1, 2):
        before.take(_OWN, own(number))
    batch = before.take_batch()
    assert len(batch.firings) == 2
    after = evaluation_of(loaded(1, "buy"))
    [series], [memory] = after.series, batch.series.values()
    stored = SeriesMemory(point=Point(value=memory.point.value, time=memory.point.time), heard=memory.heard)
    after.restore(series, stored)
    for number in (1, 2, 3):
        after.take(_OWN, own(number))
    numbered = after.take_batch().firings
    assert [(one.firing.time, one.firing.late) for one in numbered] == [(NOW + 3, False)]


def test_one_that_is_told_long_after_it_was_given_fires_late() -> None:
    def late(time: int) -> list[NumberedFiring]:
        evaluation = evaluation_of(loaded(1, "buy"))
        evaluation.take(_OWN, own(1, time=time))
        return list(evaluation.take_batch().firings)

    assert [one.firing.late for time in (LATE_MOMENT_MS + 1, LATE_MOMENT_MS) for one in late(NOW - time)] == [
        True,
        False,
    ]


def test_a_strategy_that_has_nothing_to_say_is_not_silent() -> None:
    clock = ManualClock(NOW)
    evaluation = evaluation_of(loaded(1, "buy"), clock=clock)
    evaluation.take_batch()
    clock.advance(3600)
    evaluation.tick()
    assert evaluation.take_batch().is_empty


def test_it_remembers_so_many_signals_of_a_series_and_none_that_nobody_looks_at() -> None:
    heard, series = ProcessedMoments(), Series(source=AlertSource.STRATEGY, symbol="BTCUSDT", field="buy")
    points = [point_of(series, own(number)) for number in range(1, MOST_REMEMBERED + 2)]
    assert all(heard.counted(series, point) for point in points if point is not None)
    assert len(heard.of(series)) == MOST_REMEMBERED
    assert points[0] is not None
    assert heard.counted(series, points[0]) is points[0]
    heard.keep([])
    assert heard.of(series) == ()


def _rules(strategy: str) -> tuple[AlertRule, AlertRule]:
    """Make a rule of Ada's on a strategy, and the same of Eve's, whatever could have brought her to it."""
    condition = {
        "source": "strategy",
        "operator": "at_least",
        "threshold": "0.6",
        "action": "buy",
        "strategy": strategy,
    }
    owners = [User.objects.create_user(name, f"{name}@example.com") for name in ("Ada", "Eve")]
    columns = {"name": "Advice", "symbol": "BTCUSDT", "source": "strategy", "operator": "at_least"}
    ada, eve = (
        AlertRule.objects.create(owner=owner, conditions=[condition], trigger="every_time", **columns)
        for owner in owners
    )
    return ada, eve


@contextlib.asynccontextmanager
async def _evaluating(hub: Hub, caplog: pytest.LogCaptureFixture) -> AsyncIterator[None]:
    """Let a worker evaluate; those before it have ended."""
    caplog.clear()
    work = asyncio.create_task(AlertsWorker(hub, clock=ManualClock(NOW), epoch=1).run())
    try:
        await until(lambda: "alerts are evaluated" in caplog.text)
        yield
    finally:
        await stop([work])


async def test_a_worker_tells_the_owner_of_a_strategy_what_it_says_once(
    hub_here: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    """It is told again by a strategy's worker that was killed, and to an evaluator that has taken over."""
    caplog.set_level(logging.INFO)
    ada, eve = await sync_to_async(_rules)("strat_a")
    alerts: list[Event] = []
    for owner in (ada, eve):
        feed = await hub_here.acquire(Topic("alerts", owner=str(owner.owner_id)))
        feed.add_callback(alerts.append)

    async def until_told(time: int) -> None:
        await until(lambda: alerts and alerts[-1].time == time)

    for numbers in ((1, 1, 2), (1, 2, 3)):
        async with _evaluating(hub_here, caplog):
            for number in numbers:
                await hub_here.publish(own(number, owner=str(ada.owner_id)))
            await until_told(NOW + max(numbers))
    assert [(one.rule, one.time) for one in alerts if isinstance(one, Alert)] == [
        (ada.pk, NOW + number) for number in (1, 2, 3)
    ]
    words = "RSI reversion says BUY BTCUSDT at 95,000.5, confidence 0.72: RSI fell to 24"
    told = [(one.user_id, one.body) async for one in Notification.objects.all()]
    assert told == [(ada.owner_id, words)] * 3
