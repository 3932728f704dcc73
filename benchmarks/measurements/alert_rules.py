"""What a value costs where 100,000 rules look at its series, and what each rule that fires adds.

In memory, in one process: the evaluator alone, by processor time.
"""

import gc
import random
import time
from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec

from alerts.conditions.evaluator import Evaluator
from alerts.conditions.rule import AlertSource, Condition, Point, Rule, Series, TriggerPolicy
from alerts.events import AlertOperator

_RULES = 100_000
_TICKS = 20_000
_CENT = Decimal("0.01")
_OPERATORS = (
    AlertOperator.CROSSING,
    AlertOperator.CROSSING_UP,
    AlertOperator.CROSSING_DOWN,
    AlertOperator.ABOVE,
    AlertOperator.BELOW,
)
_SERIES = Series(source=AlertSource.PRICE, symbol="BTCUSDT", field="price")


class RuleCost(msgspec.Struct, frozen=True, kw_only=True):
    """What values cost, by processor time."""

    rules: int
    ticks: int
    firings: int
    tick_us: float
    """Of the ticks at which no rule fires, in microseconds each."""
    firing_us: float
    """What each firing adds to that, over all other ticks."""
    largest_burst: int
    """Most rules that fired at one value."""
    slowest_tick_ms: float
    put_us: float
    """Of adding a rule."""


def alert_rules(*, rounds: int) -> dict[str, list[RuleCost]]:
    """Measure each case `rounds` times."""
    cases = {
        "nothing fires": (TriggerPolicy.EVERY_TIME, _quiet_walk()),
        "a few fire": (TriggerPolicy.EVERY_TIME, _walk()),
        "a few fire once": (TriggerPolicy.ONCE, _climb()),
        "thousands fire": (TriggerPolicy.EVERY_TIME, _leaps()),
    }
    return {case: [_measured(*how) for _ in range(rounds)] for case, how in cases.items()}


def _measured(trigger: TriggerPolicy, values: Sequence[Decimal]) -> RuleCost:
    evaluator = Evaluator()
    started = time.process_time()
    for rule in _rules(trigger):
        evaluator.put(rule)
    put = time.process_time() - started
    for value in (values[0], values[0] + _CENT):  # puts the levels in order, as the first values after a start do
        evaluator.observe(_SERIES, Point(value=value, time=0))
    # As `run_alerts` does when it has loaded its rules: the collector needn't look at them again and again.
    gc.collect()
    gc.freeze()
    quiet, loud, fired = [], [], []
    for number, value in enumerate(values[1:], 1):
        point = Point(value=value, time=100 * number)
        started = time.process_time()
        firings = evaluator.observe(_SERIES, point)
        spent = time.process_time() - started
        if firings:
            loud.append(spent)
            fired.append(len(firings))
        else:
            quiet.append(spent)
    tick = sum(quiet) / max(1, len(quiet))
    gc.unfreeze()
    return RuleCost(
        rules=_RULES,
        ticks=len(values) - 1,
        firings=sum(fired),
        tick_us=round(1e6 * tick, 2),
        firing_us=round(1e6 * (sum(loud) - tick * len(loud)) / max(1, sum(fired)), 2),
        largest_burst=max(fired, default=0),
        slowest_tick_ms=round(1e3 * max(quiet + loud), 2),
        put_us=round(1e6 * put / _RULES, 2),
    )


def _rules(trigger: TriggerPolicy) -> Iterator[Rule]:
    """Yield rules of all operators on one value, on levels a cent apart, in no order."""
    cents = list(range(_RULES))
    random.Random(1).shuffle(cents)
    for number, cent in enumerate(cents):
        threshold = 90_000 + _CENT * cent
        condition = Condition(series=_SERIES, operator=_OPERATORS[number % len(_OPERATORS)], threshold=threshold)
        yield Rule(id=number, conditions=(condition,), trigger=trigger)


def _quiet_walk() -> list[Decimal]:
    """Return values beyond the levels."""
    chance = random.Random(2)
    return [80_000 + _CENT * chance.randrange(1000) for _ in range(_TICKS)]


def _walk() -> list[Decimal]:
    """Return values that wander by a few cents, within the levels."""
    chance, cents, values = random.Random(3), _RULES // 2, []
    for _ in range(_TICKS):
        cents += chance.randint(-5, 5)
        values.append(90_000 + _CENT * cents)
    return values


def _climb() -> list[Decimal]:
    """Return values that rise by a few cents each, through all the levels."""
    chance, cents, values = random.Random(5), 0, []
    for _ in range(_TICKS):
        cents += chance.randint(0, 9)
        values.append(90_000 + _CENT * cents)
    return values


def _leaps() -> list[Decimal]:
    """Return values that leap over thousands of levels."""
    chance = random.Random(4)
    return [90_000 + _CENT * chance.randrange(_RULES) for _ in range(20)]
