"""What a firing says where its rule has no template."""

from decimal import Decimal
from typing import Any

import pytest
from msgspec import structs

from alerts.conditions.line import Line, LinePoint
from alerts.conditions.rule import AlertSource, Condition, Series, SignalDetails
from alerts.events import AlertOperator
from alerts.rules.firing_text import firing_text
from alerts.rules.series_choice import FIELDS
from alerts.rules.template import TemplateValues
from streaming.events import Interval, SignalAction, WalletField

VALUES = TemplateValues(
    rule="High",
    symbol="BTCUSDT",
    price=Decimal("97523.4500"),
    previous=Decimal(95000),
    threshold=Decimal("97500.0"),
    time=1_733_486_400_000,
    base="BTC",
    quote="USDT",
)
RSI = {"source": AlertSource.INDICATOR, "field": "value", "indicator": "rsi", "interval": Interval.MINUTE_5}
PERIOD = (("period", Decimal(14)),)
MACD = (("fast", Decimal(12)), ("signal", Decimal(9)), ("slow", Decimal(26)))


def condition(operator: AlertOperator = AlertOperator.ABOVE, **series: Any) -> Condition:
    """Return a condition on Bitcoin's price, or on what is given of another series."""
    chosen = {"source": AlertSource.PRICE, "field": "price", "symbol": "BTCUSDT"} | series
    return Condition(series=Series(**chosen), operator=operator)


def told(condition: Condition, price: str = "97523.4500", threshold: str | None = "97500.0") -> str:
    """Return what is said of a value and a level."""
    level = None if threshold is None else Decimal(threshold)
    return firing_text(condition, structs.replace(VALUES, price=Decimal(price), threshold=level))


@pytest.mark.parametrize(
    ("operator", "words"),
    [
        (AlertOperator.ABOVE, "is above 97,500 USDT"),
        (AlertOperator.AT_LEAST, "is at least 97,500 USDT"),
        (AlertOperator.BELOW, "is below 97,500 USDT"),
        (AlertOperator.CROSSING, "crossed above 97,500 USDT"),
        (AlertOperator.CROSSING_UP, "crossed above 97,500 USDT"),
        (AlertOperator.CROSSING_DOWN, "crossed below 97,500 USDT"),
    ],
)
def test_it_names_the_price_its_direction_and_its_level(operator: AlertOperator, words: str) -> None:
    assert told(condition(operator)) == f"BTCUSDT price {words}: 97,523.45 USDT"


@pytest.mark.parametrize(
    ("prices", "value", "level", "words"),
    [
        (
            ("64000", "65000"),
            "64512.3",
            "64498.2134567",
            "above the line 64,000 → 65,000 at 64,498.2 USDT: 64,512.3 USDT",
        ),
        (("65000.00", "64000"), "64012", "64498.2134567", "below the line 65,000 → 64,000 at 64,498 USDT: 64,012 USDT"),
        (
            ("1e-7", "3e-7"),
            "2.5e-7",
            "2.49999e-7",
            "above the line 0.0000001 → 0.0000003 at 0.00000025 USDT: 0.00000025 USDT",
        ),
    ],
)
def test_it_names_the_line_and_where_it_was(prices: tuple[str, str], value: str, level: str, words: str) -> None:
    start, end = (LinePoint(time=time, price=Decimal(price)) for time, price in zip((0, 1), prices, strict=True))
    on_line = structs.replace(condition(AlertOperator.CROSSING), line=Line(start=start, end=end))
    assert told(on_line, value, level) == f"BTCUSDT price crossed {words}"


SMA: dict[str, Any] = {
    "source": AlertSource.INDICATOR,
    "field": "value",
    "indicator": "sma",
    "interval": Interval.MINUTE_5,
}
VOLUME = Series(source=AlertSource.CANDLE, symbol="BTCUSDT", field="volume", interval=Interval.HOUR_1, at_close=True)
CHANGE = Series(source=AlertSource.TICKER, symbol="BTCUSDT", field="change_percent")
AVERAGES = [condition(**SMA, parameters=(("period", Decimal(period)),)).series for period in (20, 50)]


@pytest.mark.parametrize(
    ("series", "level", "value", "was", "words"),
    [
        ({}, AVERAGES[0], "95214.2", "95210.4567", "price crossed above SMA(20) on 5m (95,210.5 USDT): 95,214.2 USDT"),
        (
            {}, AVERAGES[0], "95210.44", "95210.4467",
            "price crossed below SMA(20) on 5m (95,210.4467 USDT): 95,210.44 USDT",
        ),
        (
            SMA | {"parameters": (("period", Decimal(20)),)}, AVERAGES[1], "95214.2123", "95213.9345",
            "SMA(20) on 5m crossed above SMA(50) on 5m (95,213.9 USDT): 95,214.2 USDT",
        ),
        (
            SMA | {"parameters": (("period", Decimal(20)),)}, AVERAGES[1], "95214.2123", "95214.2122",
            "SMA(20) on 5m crossed above SMA(50) on 5m (95,214.2122 USDT): 95,214.2123 USDT",
        ),
        (
            RSI | {"parameters": PERIOD}, CHANGE, "3.5", "3.50",
            "RSI(14) on 5m crossed above 24 h change (3.5 %): 3.5",
        ),
        (
            {"source": AlertSource.TICKER, "field": "change_percent"}, VOLUME, "1.25", "1200.5",
            "24 h change crossed below volume on 1h at close (1,200.5 BTC): 1.25 %",
        ),
    ],
)  # fmt: skip
def test_it_names_both_series_with_their_values_and_units(
    series: dict[str, Any], level: Series, value: str, was: str, words: str
) -> None:
    compared = structs.replace(condition(AlertOperator.CROSSING, **series), level=level)
    assert told(compared, value, was) == f"BTCUSDT {words}"


def test_what_crosses_either_way_has_gone_the_way_of_its_value() -> None:
    assert (
        told(condition(AlertOperator.CROSSING), "97499.99") == "BTCUSDT price crossed below 97,500 USDT: 97,499.99 USDT"
    )


@pytest.mark.parametrize(
    ("operator", "verb"),
    [
        (AlertOperator.ENTERING, "entered"),
        (AlertOperator.LEAVING, "left"),
        (AlertOperator.INSIDE, "is inside"),
        (AlertOperator.OUTSIDE, "is outside"),
    ],
)
def test_it_names_the_range(operator: AlertOperator, verb: str) -> None:
    ranged = structs.replace(condition(operator), lower=Decimal(60000), upper=Decimal("97600.50"))
    assert told(ranged, threshold=None) == f"BTCUSDT price {verb} 60,000 to 97,600.5 USDT: 97,523.45 USDT"


@pytest.mark.parametrize(
    ("operator", "move", "words"),
    [
        (AlertOperator.MOVING_UP, {"percent": Decimal("2.50"), "window_seconds": 300}, "rose by 2.5 % within 5 min"),
        (AlertOperator.MOVING_DOWN, {"amount": Decimal(1500), "window_seconds": 90}, "fell by 1,500 USDT within 90 s"),
    ],
)
def test_it_names_the_move_and_its_time(operator: AlertOperator, move: dict[str, Any], words: str) -> None:
    moved = structs.replace(condition(operator), **move)
    assert told(moved, threshold=None) == f"BTCUSDT price {words}: 97,523.45 USDT"


@pytest.mark.parametrize(
    ("series", "words"),
    [
        ({**RSI, "parameters": PERIOD}, "RSI(14) on 5m is above 70: 71.3021"),
        ({**RSI, "parameters": PERIOD, "at_close": True}, "RSI(14) on 5m at close is above 70: 71.3021"),
        (
            {**RSI, "indicator": "macd", "field": "signal", "parameters": MACD},
            "MACD(12, 26, 9) signal on 5m is above 70: 71.3021",
        ),
        (
            {**RSI, "indicator": "macd", "field": "macd", "parameters": MACD},
            "MACD(12, 26, 9) on 5m is above 70: 71.3021",
        ),
        (
            {"source": AlertSource.CANDLE, "field": "quote_volume", "interval": Interval.HOUR_1},
            "quote volume on 1h is above 70 USDT: 71.30214589 USDT",
        ),
        ({"source": AlertSource.TICKER, "field": "change_percent"}, "24 h change is above 70 %: 71.30214589 %"),
        ({"source": AlertSource.TICKER, "field": "bid"}, "bid is above 70 USDT: 71.30214589 USDT"),
    ],
)
def test_it_names_what_was_measured_with_its_unit(series: dict[str, Any], words: str) -> None:
    assert told(condition(**series), "71.30214589", "70") == f"BTCUSDT {words}"


_LINE = Line(start=LinePoint(time=0, price=Decimal(64000)), end=LinePoint(time=1, price=Decimal("65000.5")))


@pytest.mark.parametrize(
    ("operator", "given", "series", "words"),
    [
        (AlertOperator.ABOVE, {}, {}, "price is above 64,498.2134567 USDT: 64,512.30 USDT"),
        (
            AlertOperator.ABOVE,
            {},
            {"source": AlertSource.CANDLE, "field": "high"},
            "high is above 64,498.2134567 USDT: 64,512.30 USDT",
        ),
        (
            AlertOperator.INSIDE,
            {"lower": Decimal(60000), "upper": Decimal("65000.5")},
            {},
            "price is inside 60,000.00 to 65,000.50 USDT: 64,512.30 USDT",
        ),
        (
            AlertOperator.MOVING_UP,
            {"amount": Decimal(1500), "window_seconds": 60},
            {},
            "price rose by 1,500.00 USDT within 1 min: 64,512.30 USDT",
        ),
        (
            AlertOperator.MOVING_UP,
            {"percent": Decimal(2), "window_seconds": 60},
            {},
            "price rose by 2 % within 1 min: 64,512.30 USDT",
        ),
        (
            AlertOperator.CROSSING,
            {"line": _LINE},
            {},
            "price crossed above the line 64,000.00 → 65,000.50 at 64,498.21 USDT: 64,512.30 USDT",
        ),
        (
            AlertOperator.CROSSING,
            {"level": AVERAGES[0]},
            {},
            "price crossed above SMA(20) on 5m (64,498.21 USDT): 64,512.30 USDT",
        ),
        (
            AlertOperator.ABOVE,
            {},
            {"source": AlertSource.TICKER, "field": "volume"},
            "24 h volume is above 64,498.2134567 BTC: 64,512.3 BTC",
        ),
        (AlertOperator.ABOVE, {}, {**RSI, "parameters": PERIOD}, "RSI(14) on 5m is above 64,498.2134567: 64,512.3"),
    ],
)
def test_prices_have_the_decimals_of_their_market(
    operator: AlertOperator, given: dict[str, Any], series: dict[str, Any], words: str
) -> None:
    values = structs.replace(VALUES, price=Decimal("64512.3"), threshold=Decimal("64498.2134567"), decimals=2)
    assert firing_text(structs.replace(condition(operator, **series), **given), values) == f"BTCUSDT {words}"


def test_it_has_no_unit_where_the_assets_of_the_symbol_are_not_known() -> None:
    values = structs.replace(VALUES, base="", quote="")
    assert firing_text(condition(), values) == "BTCUSDT price is above 97,500: 97,523.45"


def test_it_takes_the_braces_of_a_foreign_asset_as_they_are() -> None:
    values = structs.replace(VALUES, quote="{rule}")
    assert firing_text(condition(), values) == "BTCUSDT price is above 97,500 {rule}: 97,523.45 {rule}"


@pytest.mark.parametrize("field", FIELDS[AlertSource.PORTFOLIO])
def test_it_speaks_of_what_one_holds(field: str) -> None:
    assert told(condition(source=AlertSource.PORTFOLIO, field=field), "12.5", "10") in {
        "Your equity is above 10: 12.5",
        "Your drawdown is above 10 %: 12.5 %",
        "Your unrealised profit on BTCUSDT is above 10 USDT: 12.5 USDT",
    }


@pytest.mark.parametrize(("why", "ending"), [("RSI at 24", ", confidence 0.72: RSI at 24"), ("", ", confidence 0.72")])
def test_it_tells_who_advises_what_how_sure_it_is_and_why(why: str, ending: str) -> None:
    signal = SignalDetails(
        id="sig_a", given_by="rsi", symbol="BTCUSDT", action=SignalAction.BUY, price=Decimal(95000), why=why
    )
    advice = {"strategy": "RSI reversion", "action": "buy", "confidence": Decimal("0.720"), "reason": why}
    values = structs.replace(VALUES, price=signal.price, decimals=1, **advice)
    given = condition(AlertOperator.AT_LEAST, source=AlertSource.STRATEGY, field="buy")
    assert firing_text(given, values, signal) == f"RSI reversion says BUY BTCUSDT at 95,000.0 USDT{ending}"


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (WalletField.INCOMING, "97,523.45 ETH came to Savings on ethereum, by 0x12"),
        (WalletField.OUTGOING, "97,523.45 ETH went from Savings on ethereum, by 0x12"),
        (WalletField.BALANCE, "The balance of Savings on ethereum in ETH is at least 97,500: 97,523.45"),
        (WalletField.CONFIRMATIONS, "The transaction 0x12 on ethereum has so many confirmations: 97,523.45"),
        (WalletField.FAILED, "The transaction 0x12 on ethereum has failed"),
        (WalletField.DROPPED, "The transaction 0x12 on ethereum was dropped"),
    ],
)
def test_it_tells_what_happened_on_a_chain(field: WalletField, words: str) -> None:
    happened = {"wallet": "Savings", "chain": "ethereum", "asset": "ETH", "tx": "0x12"}
    on_chain = condition(AlertOperator.AT_LEAST, source=AlertSource.WALLET, field=field, symbol="")
    assert firing_text(on_chain, structs.replace(VALUES, symbol="", **happened)) == words
