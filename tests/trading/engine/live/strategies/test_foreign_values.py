"""What a strategy's own code gives is stored whatever it is: or all that was done with it would be lost."""

from decimal import Decimal

import pytest

from streaming.events import Side
from tests.trading.engine.live.strategies.driven_strategy import DrivenStrategy, tick_market
from tests.trading.engine.live.strategies.strategies_of_faults import NoParameters, Recorder
from trading.engine.live.strategies.foreign_values import storable_confidence, storable_text
from trading.engine.live.strategies.state import StrategyState
from trading.engine.strategies.candles import StrategyCandle
from trading.engine.strategies.signals import SignalAction
from trading.engine.strategies.strategy import Strategy

_UNTOLD = "a\0b\ud800c"
_TOLD = "a\ufffdb\ufffdc"


@pytest.mark.parametrize(("text", "told"), [(_UNTOLD, _TOLD), ("\ufeffBTC → 😀", "\ufeffBTC → 😀"), ("", "")])
def test_a_text_is_kept_but_for_what_no_row_holds(text: str, told: str) -> None:
    assert storable_text(text) == told


@pytest.mark.parametrize(
    ("confidence", "kept"),
    [
        (Decimal("0.70"), "0.70"),
        (Decimal("-0.0"), "0.0"),
        (Decimal("0E+5"), "0.000000000000000000"),
        (0.1, "0.1"),
        (1e-10, "0.0000000001"),
        (5e-324, "0.000000000000000000"),
        (Decimal(1) / Decimal(3), "0.333333333333333333"),
        (1, "1"),
    ],
)
def test_a_confidence_has_no_more_digits_than_a_row_and_no_sign(confidence: Decimal | float, kept: str) -> None:
    assert format(storable_confidence(confidence), "f") == kept


class Mumbler(Strategy[NoParameters]):
    """Advises, and then fails, in words that nobody can store."""

    name = title = description = "mumbler"
    Parameters = NoParameters

    def on_candle(self, candle: StrategyCandle) -> None:
        """Advise, and fail."""
        self.context.signal(SignalAction.HOLD, Decimal("-0.0"), _UNTOLD)
        raise RuntimeError(_UNTOLD)


def test_what_a_strategy_says_is_told_in_what_can_be_stored() -> None:
    driven = DrivenStrategy(tick_market(3, 70), Mumbler).begin().run(1)
    assert [(signal.reason, str(signal.confidence)) for signal in driven.signals] == [(_TOLD, "0.0")]
    assert (driven.driver.state, driven.driver.reason) == (
        StrategyState.ERROR,
        f"its code failed by RuntimeError: {_TOLD}",
    )
    assert _TOLD in driven.driver.memory().traceback


class Grouper(Recorder):
    """Orders in a group of a name that no row holds."""

    def on_candle(self, candle: StrategyCandle) -> None:
        """Order."""
        self.context.broker.buy(quote_amount=Decimal(10), group="g" * 65)


def test_an_order_of_a_group_that_no_row_can_name_is_refused_to_the_strategy() -> None:
    driven = DrivenStrategy(tick_market(3, 70), Grouper).begin().run(1)
    assert driven.driver.reason == "its code failed by ValueError: a group is named by at most 64 printable characters"
    assert not [request for request in driven.decisions if request.side is Side.BUY]
