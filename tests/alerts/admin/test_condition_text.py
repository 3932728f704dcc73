"""Conditions in words."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from alerts.admin.condition_text import condition_in_words, rule_in_words
from alerts.conditions.rule import AlertSource, Condition, Series
from alerts.events import AlertOperator
from alerts.models import AlertRule
from alerts.rules.definition import rule_of
from tests.alerts.admin.conftest import MakeRule

_PRICE = {"source": "price"}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "price is above 50000.1"),
        ({"operator": "crossing_down"}, "price crosses down 50000.1"),
        ({"operator": "leaving", "threshold": None, "lower": 1, "upper": "2.50"}, "price leaves 1 to 2.5"),
        ({"operator": "moving_up", "threshold": None, "percent": 5, "window": 60}, "price rises by 5 % within 60 s"),
        ({"operator": "moving_down", "threshold": None, "amount": 7, "window": 9}, "price falls by 7 within 9 s"),
        (
            {
                "operator": "crossing",
                "threshold": None,
                "line": {"start": {"time": 0, "price": "1.50"}, "end": {"time": 60_000, "price": 2}},
            },
            "price crosses the line 1.5 (1970-01-01T00:00:00.000Z) → 2 (1970-01-01T00:01:00.000Z)",
        ),
        (
            {
                "operator": "crossing",
                "threshold": None,
                "level_source": {"source": "indicator", "indicator": "ema", "interval": "5m"},
            },
            "price crosses EMA(20) on 5m",
        ),
        ({"source": "candle", "field": "volume", "interval": "5m"}, "volume on 5m is above 50000.1"),
        (
            {"source": "indicator", "indicator": "rsi", "interval": "1h", "threshold": 70},
            "RSI(14) on 1h is above 70",
        ),
        (
            {"source": "strategy", "action": "buy", "operator": "at_least", "threshold": "0.6"},
            "a public strategy gives buy, whose confidence is at least 0.6",
        ),
        (
            {"conditions": [{**_PRICE, "operator": "below", "threshold": 7}]},
            "price is above 50000.1 and price is below 7",
        ),
    ],
)
def test_it_says_what_a_rule_waits_for(make_rule: MakeRule, given: dict[str, Any], words: str) -> None:
    rule: AlertRule = make_rule(**given)
    assert rule_in_words(rule_of(rule)) == words


def test_it_says_of_which_wallet_and_of_which_token() -> None:
    wallet = Series(source=AlertSource.WALLET, symbol="", field="balance", chain="ethereum", watched="0xab")
    series = [msgspec.structs.replace(wallet, field="incoming", token="0xc1"), wallet]
    conditions = [Condition(series=one, operator=AlertOperator.ABOVE, threshold=Decimal(2)) for one in series]
    assert [condition_in_words(one) for one in conditions] == [
        "incoming of 0xc1 of 0xab on ethereum is above 2",
        "balance of 0xab on ethereum is above 2",
    ]
