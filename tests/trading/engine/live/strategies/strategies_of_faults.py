"""Strategies that tell what they are asked, and some that fail in each way that foreign code can."""

import sys
import time
from contextlib import suppress
from decimal import Decimal
from enum import StrEnum

import msgspec

from trading.engine.strategies.candles import StrategyCandle
from trading.engine.strategies.orders import OrderFill
from trading.engine.strategies.parameters import StrategyParameters
from trading.engine.strategies.predictions import Prediction
from trading.engine.strategies.signals import SignalAction
from trading.engine.strategies.strategy import Strategy


class NoParameters(StrategyParameters, frozen=True, kw_only=True):
    """None."""


class Recorder(Strategy[NoParameters]):
    """Says of which candle it is asked."""

    name = title = description = "recorder"
    Parameters = NoParameters

    def on_candle(self, candle: StrategyCandle) -> None:
        """Say which."""
        self.context.signal(SignalAction.HOLD, reason=str(candle.open_time))


class FollowerParameters(StrategyParameters, frozen=True, kw_only=True):
    """Whether it buys what it advises to buy."""

    buys: bool = False


class Follower(Strategy[FollowerParameters]):
    """Advises to buy, and does so once, where a candle has risen; all that it decides hangs on the market's past."""

    name = title = description = "follower"
    Parameters = FollowerParameters

    def on_candle(self, candle: StrategyCandle) -> None:
        """Follow what rises."""
        if candle.close > candle.open:
            self.context.signal(SignalAction.BUY, reason=str(candle.open_time))
            if self.parameters.buys and not self.context.broker.position:
                self.context.broker.buy(quote_amount=Decimal(10))


class LeastBuyer(Strategy[NoParameters]):
    """Buys at its first candle, for ten times the least that an order is worth."""

    name = title = description = "least buyer"
    Parameters = NoParameters

    def on_candle(self, candle: StrategyCandle) -> None:
        """Buy where it has bought nothing."""
        if not self.context.broker.position:
            self.context.broker.buy(quote_amount=10 * self.context.instrument.minimum_notional)


class BuyerParameters(StrategyParameters, frozen=True, kw_only=True):
    """At which price it buys; the market's by default."""

    price: Decimal | None = None


class Buyer(Strategy[BuyerParameters]):
    """Buys for 10 at each candle, while no order of it is open, and says what became of the order."""

    name = title = description = "buyer"
    Parameters = BuyerParameters

    def on_candle(self, candle: StrategyCandle) -> None:
        """Buy."""
        if not self.context.broker.open_orders:
            order = self.context.broker.buy(quote_amount=Decimal(10), price=self.parameters.price)
            self.context.signal(SignalAction.BUY, reason=f"{order.state}: {order.refusal}")


class FlooderParameters(StrategyParameters, frozen=True, kw_only=True):
    """How many orders it places at each candle."""

    orders: int = 1_000


class Flooder(Strategy[FlooderParameters]):
    """Places orders far below the market, candle by candle, and cancels none."""

    name = title = description = "flooder"
    Parameters = FlooderParameters

    def on_candle(self, candle: StrategyCandle) -> None:
        """Order."""
        for _ in range(self.parameters.orders):
            self.context.broker.buy(quote_amount=Decimal(10), price=Decimal("1.00"))


class Fault(StrEnum):
    """What foreign code can do, by the method that does it."""

    RAISES = "raises"
    RAISES_WITHOUT_WORDS = "raises_without_words"
    EXITS = "exits"
    ORDERS = "orders"
    SIGNALS = "signals"
    RECURSES = "recurses"
    IS_TOO_SURE = "is_too_sure"
    LOOKS_TOO_FAR = "looks_too_far"
    LOOPS = "loops"
    SLEEPS = "sleeps"
    ALLOCATES = "allocates"
    ALLOCATES_AT_ONCE = "allocates_at_once"
    PILES_UP = "piles_up"
    CANT_BE_TOLD = "cant_be_told"


class FaultParameters(msgspec.Struct, frozen=True, kw_only=True):
    """What it does, and whether as it is filled."""

    fault: Fault
    on_fill: bool = False


class Faulty(Strategy[FaultParameters]):
    """Buys at its first candle, and fails at its second, or as it is filled."""

    name = title = description = "faulty"
    Parameters = FaultParameters

    def on_candle(self, candle: StrategyCandle) -> None:
        """Buy, or fail."""
        if not self.context.broker.position:
            self.context.broker.buy(quote_amount=Decimal(10))
            self.context.broker.buy(quote_amount=Decimal(10), price=Decimal("1.00"))
        elif not self.parameters.on_fill:
            getattr(self, self.parameters.fault)()

    def on_fill(self, fill: OrderFill) -> None:
        """Fail."""
        if self.parameters.on_fill:
            getattr(self, self.parameters.fault)()

    def raises(self) -> None:
        """Raise."""
        raise RuntimeError("no idea")

    def raises_without_words(self) -> None:
        """Raise what can't be told."""
        raise SpeechlessError

    def exits(self) -> None:
        """Leave the process."""
        sys.exit(3)

    def orders(self) -> None:
        """Order without end, whatever is raised for it."""
        while True:
            with suppress(Exception):
                self.context.broker.buy(quote_amount=Decimal(1), price=Decimal("1.00"))

    def signals(self) -> None:
        """Advise without end."""
        while True:
            self.context.signal(SignalAction.HOLD)

    def recurses(self) -> None:
        """Call itself without end."""
        self.recurses()

    def is_too_sure(self) -> None:
        """Be surer than one can be."""
        self.context.signal(SignalAction.BUY, Decimal(2))

    def looks_too_far(self) -> None:
        """Speak of a candle that nobody can count up to."""
        said = Prediction(model="own", version=1, horizon=2**62, is_rise=True, probability=Decimal("0.6"))
        self.context.signal(SignalAction.BUY, prediction=said)

    def loops(self) -> None:
        """Do nothing, without end."""
        while True:
            pass

    def sleeps(self) -> None:
        """Sleep for an hour."""
        time.sleep(3_600)

    def allocates(self) -> None:
        """Take memory without end."""
        taken = []
        while True:
            taken.append(b"full" * 2**18)

    def allocates_at_once(self) -> None:
        """Take more memory than there is, in one step of the interpreter."""
        self.taken = b"full" * 2**36

    def piles_up(self) -> None:
        """Take a bit of memory, and keep it."""
        self.__dict__.setdefault("kept", []).append(b"full" * 2**21)

    def cant_be_told(self) -> None:
        """Raise what never comes to an end of its words."""
        raise EndlessError


class EndlessError(Exception):
    """Never comes to an end."""

    def __str__(self) -> str:
        while True:
            pass
        return ""  # type: ignore[unreachable]


class SpeechlessError(Exception):
    """Can't be shown."""

    def __str__(self) -> str:
        raise RuntimeError("nothing to say")


class Gambler(Strategy[NoParameters]):
    """Decides by what nobody tells it: how often it was made."""

    name = title = description = "gambler"
    Parameters = NoParameters
    made = 0

    def on_start(self) -> None:
        """Count."""
        type(self).made += 1

    def on_candle(self, candle: StrategyCandle) -> None:
        """Buy the more the oftener it was made."""
        self.context.broker.buy(quote_amount=Decimal(10 * self.made))
