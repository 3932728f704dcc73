"""What a firing says."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from alerts.conditions.rule import AlertSource, Condition, Series, SignalDetails
from alerts.events import AlertOperator
from alerts.rules.series_choice import FIELDS
from alerts.rules.template import (
    PLACEHOLDERS,
    TemplateValues,
    default_template,
    filled,
    template_fault,
)
from streaming.events import SignalAction, WalletField

VALUES = TemplateValues(
    rule="High",
    symbol="BTCUSDT",
    price=Decimal("97523.4500"),
    previous=Decimal(95000),
    threshold=Decimal("97500.0"),
    time=1_733_486_400_000,
)


def condition_of(source: AlertSource, field: str, operator: AlertOperator) -> Condition:
    return Condition(series=Series(source=source, symbol="BTCUSDT", field=field), operator=operator)


def test_it_fills_every_placeholder() -> None:
    template = " | ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    assert template_fault(template) is None
    assert (
        filled(template, VALUES)
        == "BTCUSDT | 97523.45 | 97500 | +2.66 % | 2024-12-06T12:00:00.000Z | High" + 8 * " | unknown"
    )


@pytest.mark.parametrize(
    ("previous", "change"),
    [("97523.45", "+0.00 %"), ("100000", "-2.48 %"), ("-97523.45", "+200.00 %"), ("0", "unknown"), (None, "unknown")],
)
def test_it_tells_the_change_against_the_value_before(previous: str | None, change: str) -> None:
    values = structs.replace(VALUES, previous=None if previous is None else Decimal(previous))
    assert filled("{change}", values) == change


def test_it_calls_unknown_what_there_is_none_of() -> None:
    assert filled("{threshold} {symbol}", structs.replace(VALUES, threshold=None, symbol="")) == "unknown unknown"


def test_it_does_not_fill_what_stands_in_the_values() -> None:
    assert filled("{rule}", structs.replace(VALUES, rule="{price}")) == "{price}"


@pytest.mark.parametrize("operator", AlertOperator)
def test_it_has_words_for_every_operator(operator: AlertOperator) -> None:
    template = default_template(condition_of(AlertSource.PRICE, "price", operator))
    assert template_fault(template) is None
    assert filled(template, VALUES).startswith("BTCUSDT ")


@pytest.mark.parametrize("field", FIELDS[AlertSource.PORTFOLIO])
def test_it_speaks_of_what_one_holds(field: str) -> None:
    template = default_template(condition_of(AlertSource.PORTFOLIO, field, AlertOperator.BELOW))
    assert filled(template, VALUES) in {
        "Your equity is below 97500: 97523.45",
        "Your drawdown in per cent is below 97500: 97523.45",
        "Your unrealised profit on BTCUSDT is below 97500: 97523.45",
    }


@pytest.mark.parametrize(("why", "told"), [("RSI at 24", ", confidence 0.72: RSI at 24"), ("", ", confidence 0.72")])
def test_it_tells_who_advises_what_how_sure_it_is_and_why(why: str, told: str) -> None:
    signal = SignalDetails(
        id="sig_a", given_by="rsi", symbol="BTCUSDT", action=SignalAction.BUY, price=Decimal(95000), why=why
    )
    advice = {"strategy": "RSI reversion", "action": "buy", "confidence": Decimal("0.720"), "reason": why}
    template = default_template(condition_of(AlertSource.STRATEGY, "buy", AlertOperator.AT_LEAST), signal)
    told_of = structs.replace(VALUES, price=signal.price, **advice)
    assert filled(template, told_of) == f"RSI reversion says BUY BTCUSDT at 95000{told}"


@pytest.mark.parametrize(
    ("field", "told"),
    [
        (WalletField.INCOMING, "97523.45 ETH came to Savings on ethereum, by 0x12"),
        (WalletField.OUTGOING, "97523.45 ETH went from Savings on ethereum, by 0x12"),
        (WalletField.BALANCE, "The balance of Savings on ethereum in ETH is at least 97500: 97523.45"),
        (WalletField.CONFIRMATIONS, "The transaction 0x12 on ethereum has so many confirmations: 97523.45"),
        (WalletField.FAILED, "The transaction 0x12 on ethereum has failed"),
        (WalletField.DROPPED, "The transaction 0x12 on ethereum was dropped"),
    ],
)
def test_it_tells_what_happened_on_a_chain(field: WalletField, told: str) -> None:
    template = default_template(condition_of(AlertSource.WALLET, field, AlertOperator.AT_LEAST))
    happened = {"wallet": "Savings", "chain": "ethereum", "asset": "ETH", "tx": "0x12"}
    assert filled(template, structs.replace(VALUES, symbol="", **happened)) == told


@given(st.text(alphabet="{}abc price"))
def test_it_fills_whatever_has_no_fault(template: str) -> None:
    if template_fault(template) is None:
        assert "{" not in filled(template, VALUES)


@given(st.decimals(allow_nan=False, allow_infinity=False), st.decimals(allow_nan=False, allow_infinity=False))
def test_it_tells_a_change_of_any_number_of_the_border(price: Decimal, previous: Decimal) -> None:
    if all(number.adjusted() in range(-30, 70) for number in (price, previous)):
        assert filled("{change}", structs.replace(VALUES, price=price, previous=previous))
