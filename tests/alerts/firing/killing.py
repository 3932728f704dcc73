"""A recorded run in which evaluators are killed: what they have stored is what one that lived had fired.

Two evaluators run, one of which stands by; prices walk at random. At random moments the one that evaluates, or now and
then the other, is ended by SIGKILL, and a new one started. In the end each rule's firings are held against those of an
evaluator in this process that has seen every price.
"""

import asyncio
import random
import signal
import time
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from alerts.conditions.evaluator import Evaluator
from alerts.conditions.rule import AlertSource, Combine, Condition, Point, Rule, Series, TriggerPolicy
from alerts.events import AlertOperator
from streaming.events import Price
from tests.alerts.firing.market import price, price_topic
from tests.alerts.firing.stage import Bridging, Stage, now_ms
from tests.processes import Process
from tests.waiting import until

SYMBOLS = ("AAAUSDT", "BBBUSDT", "CCCUSDT")
_EVALUATES = "alerts are evaluated"
_STANDS_BY = "the rules are followed while standing by"
_BEGIN = Decimal(100)
_OPERANDS = ("threshold", "lower", "upper", "amount", "percent", "hysteresis")
_PAUSE_SECONDS = 0.02
_CALM_SECONDS = 1.0
"""The longest time between two kills besides what it takes until all is as it was."""
_SILENT_SECONDS = 20.0
"""So long after the last firing that was stored, no other one is expected any more."""


class Fired(NamedTuple):
    """A firing, as it is stored."""

    number: int
    value: Decimal
    previous: Decimal | None
    time: int
    suppressed: int


Firings = Mapping[int, list[Fired]]


class Outcome(NamedTuple):
    """What a run has shown."""

    kills: int
    prices: int
    expected: Firings
    stored: Firings
    notifications: int
    deliveries: int
    late: int


def make_rules(stage: Stage) -> list[Rule]:
    """Make the rules over REST; return them as the evaluator has them."""
    rules = []
    for symbol in SYMBOLS:
        for given in _rules():
            rule_id = stage.rule(symbol=symbol, **given)
            rules.append(
                Rule(
                    id=rule_id,
                    conditions=tuple(_condition(symbol, each) for each in (given, *given.get("conditions", ()))),
                    combine=Combine(given.get("combine", "all")),
                    trigger=TriggerPolicy(given.get("trigger", "every_time")),
                    cooldown_seconds=given.get("cooldown", 0),
                    firings_left=given.get("max_firings"),
                )
            )
    return rules


def _rules() -> Iterator[dict[str, Any]]:
    for threshold in (97, 99, 100, 101, 103):
        for operator in ("crossing", "crossing_up", "crossing_down"):
            yield {"operator": operator, "threshold": threshold}
    for operator in ("above", "below"):
        yield {"operator": operator, "threshold": 100, "hysteresis": "0.5"}
        yield {"operator": operator, "threshold": 100, "max_firings": 20}
        yield {"operator": operator, "threshold": 102 if operator == "above" else 98, "trigger": "once"}
    for operator in ("entering", "leaving", "inside", "outside"):
        yield {"operator": operator, "lower": 99, "upper": 101}
    for operator in ("moving_up", "moving_down"):
        yield {"operator": operator, "amount": 2, "window": 4}
        yield {"operator": operator, "amount": 3, "window": 20, "hysteresis": 1}
        yield {"operator": operator, "percent": 2, "window": 8, "hysteresis": "0.5"}
    for cooldown in (1, 3):
        yield {"operator": "crossing", "threshold": 100, "cooldown": cooldown}
        yield {"operator": "moving_up", "amount": 1, "window": 4, "cooldown": cooldown}
    moved = {"source": "price", "operator": "moving_down", "amount": "1.5", "window": 6}
    yield {"operator": "below", "threshold": 100, "combine": "all", "conditions": [moved]}
    crossed = {"source": "price", "operator": "crossing", "threshold": 102}
    yield {"operator": "crossing", "threshold": 98, "combine": "any", "conditions": [crossed]}


def _condition(symbol: str, given: Mapping[str, Any]) -> Condition:
    numbers: dict[str, Any] = {name: Decimal(given[name]) for name in _OPERANDS if name in given}
    series = Series(source=AlertSource.PRICE, symbol=symbol, field="price")
    operator = AlertOperator(given["operator"])
    return Condition(series=series, operator=operator, window_seconds=given.get("window"), **numbers)


class Run:
    """One run of evaluators that are killed; `seed` decides prices and kills."""

    def __init__(self, stage: Stage, *, seed: int) -> None:
        self._stage = stage
        self._random = random.Random(seed)
        self._prices: list[Price] = []
        self._last = dict.fromkeys(SYMBOLS, _BEGIN)
        self._workers: list[Process] = []
        self._is_over = False

    async def play(self, kills: int) -> Outcome:
        """Kill so often; return what is stored, and what is expected."""
        rules = make_rules(self._stage)
        await self._start()
        async with Bridging(self._stage.environment) as bridge:
            walking = asyncio.create_task(self._walk(bridge))
            for _ in range(kills):
                await self._until_covered()
                await asyncio.sleep(self._random.uniform(0, _CALM_SECONDS))
                await self._kill_one()
            self._is_over = True
            await walking
        expected = self._expected(rules)
        await self._until_stored(sum(map(len, expected.values())))
        return self._outcome(kills, expected)

    async def _until_covered(self) -> None:
        """Wait until what is stored lies within what the one that stands by has heard: a kill costs nothing then."""
        heard_since = now_ms()
        stored = "SELECT 1 FROM alerts_seriespoint WHERE time > %s HAVING count(*) = %s"
        await until(lambda: self._stage.query(stored, heard_since, len(SYMBOLS)))

    async def _until_stored(self, total: int) -> None:
        """Wait until as much is stored as is expected, or nothing more has come for a while."""
        count, since = -1, time.monotonic()
        while count < total and time.monotonic() - since < _SILENT_SECONDS:
            if (stored := self._count("alerts_alertevent")) != count:
                count, since = stored, time.monotonic()
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _start(self) -> None:
        topics = [price_topic(symbol) for symbol in SYMBOLS]
        for number, said in enumerate((_EVALUATES, _STANDS_BY), 1):
            self._workers.append(self._stage.worker())
            await asyncio.to_thread(self._workers[-1].wait_for, said)
            await asyncio.to_thread(self._stage.wait_for_readers, topics, number)

    async def _walk(self, bridge: Bridging) -> None:
        while not self._is_over:
            symbol = self._random.choice(SYMBOLS)
            step = Decimal(self._random.randint(-60, 60)) / 100
            pull = (_BEGIN - self._last[symbol]) / 40
            self._last[symbol] = (self._last[symbol] + step + pull).quantize(Decimal("0.01"))
            previous = self._prices[-1].time if self._prices else 0
            event = price(symbol, self._last[symbol], max(now_ms(), previous + 1))
            self._prices.append(event)
            await bridge.publish(price_topic(symbol), event)
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _kill_one(self) -> None:
        """Kill the one that evaluates, or the other; wait until there are both again."""
        evaluates, stands_by = self._workers
        victim = stands_by if self._random.random() < 0.1 else evaluates
        heir = evaluates if victim is stands_by else stands_by
        victim.signal(signal.SIGKILL)
        new = self._stage.worker()
        self._workers = [heir, new]
        await asyncio.to_thread(heir.wait_for, _EVALUATES)
        await asyncio.to_thread(new.wait_for, _STANDS_BY)

    def _expected(self, rules: list[Rule]) -> Firings:
        evaluator = Evaluator()
        for rule in rules:
            evaluator.put(rule)
        firings: dict[int, list[Fired]] = {rule.id: [] for rule in rules}
        for event in self._prices:
            series = Series(source=AlertSource.PRICE, symbol=event.symbol, field="price")
            for firing in evaluator.observe(series, Point(value=event.price, time=event.time)):
                fired = firings[firing.rule_id]
                fired.append(Fired(len(fired) + 1, firing.value, firing.previous, firing.time, firing.suppressed))
        return firings

    def _outcome(self, kills: int, expected: Firings) -> Outcome:
        stored: dict[int, list[Fired]] = {rule_id: [] for rule_id in expected}
        rows = self._stage.query(
            "SELECT rule_id, number, value, previous, round(extract(epoch FROM fired_at) * 1000)::bigint, suppressed"
            " FROM alerts_alertevent ORDER BY id"
        )
        for rule_id, number, value, previous, fired_at, suppressed in rows:
            before = None if previous is None else Decimal(previous)
            stored[rule_id].append(Fired(number, Decimal(value), before, fired_at, suppressed))
        return Outcome(
            kills=kills,
            prices=len(self._prices),
            expected=expected,
            stored=stored,
            notifications=self._count("alerts_notification WHERE event_id IS NOT NULL"),
            deliveries=self._count("alerts_delivery"),
            late=self._count("alerts_alertevent WHERE late"),
        )

    def _count(self, what: str) -> int:
        count: int = self._stage.query(f"SELECT count(*) FROM {what}")[0][0]  # noqa: S608 - our own tables
        return count
