"""What an execution costs: by who made the market and who took from it, and in which asset it is charged."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from trading.engine.rates import ONE_RATE, rate_parts

_NAME = "a fee rate"


class Liquidity(StrEnum):
    """Whether an order rested and was met (`MAKER`), or met what rested (`TAKER`)."""

    MAKER = "maker"
    TAKER = "taker"


class FeeAsset(StrEnum):
    """In what a fee is charged: always the quote; what the trader receives, as Binance does; or a third asset."""

    QUOTE = "quote"
    RECEIVED = "received"
    THIRD = "third"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeSchedule:
    """The fees of an account: rates such as 0.001 for 0.1 %, of at most six decimals.

    `third_asset` is that which `FeeAsset.THIRD` charges. Raise `ValueError` for a rate that is negative, 1 or more, or
    finer, and for a third asset without a name.
    """

    maker: Decimal
    taker: Decimal
    charged_in: FeeAsset = FeeAsset.QUOTE
    third_asset: str = ""
    _maker_parts: int = field(init=False, repr=False, compare=False)
    _taker_parts: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_maker_parts", rate_parts(_NAME, self.maker))
        object.__setattr__(self, "_taker_parts", rate_parts(_NAME, self.taker))
        if self.charged_in is FeeAsset.THIRD and not self.third_asset:
            raise ValueError("a fee in a third asset needs the asset's name")

    def fee(self, amount: int, liquidity: Liquidity) -> int:
        """Return the fee on an amount, in the amount's asset; what is finer than an amount can be is rounded up."""
        parts = self._maker_parts if liquidity is Liquidity.MAKER else self._taker_parts
        return -(-amount * parts // ONE_RATE)

    def with_fee(self, amount: int) -> int:
        """Return the amount and the higher of the two fees on it: what must be set aside to be sure to pay it."""
        return amount - (-amount * max(self._maker_parts, self._taker_parts) // ONE_RATE)
