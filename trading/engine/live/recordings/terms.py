"""What a recorded sub-account trades, and on which terms: its instruments, fees, slippage."""

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from trading.engine.fees import FeeAsset, FeeSchedule
from trading.engine.instrument import Instrument, PriceBand
from trading.engine.matching.slippage import Slippage


class RecordedInstrument(msgspec.Struct, frozen=True, kw_only=True):
    """An instrument, of which the units follow from these."""

    symbol: str
    base: str
    quote: str
    tick_size: Decimal
    step_size: Decimal
    minimum_notional: Decimal
    minimum_quantity: Decimal = Decimal(0)
    maximum_quantity: Decimal | None = None
    maximum_orders: int | None = None
    buy_band: tuple[Decimal, Decimal] | None = None
    sell_band: tuple[Decimal, Decimal] | None = None

    @classmethod
    def of(cls, instrument: Instrument) -> "RecordedInstrument":
        """Return what is to be recorded of an instrument."""
        return cls(
            symbol=instrument.symbol,
            base=instrument.base,
            quote=instrument.quote,
            tick_size=instrument.tick_size,
            step_size=instrument.step_size,
            minimum_notional=instrument.minimum_notional,
            minimum_quantity=instrument.minimum_quantity,
            maximum_quantity=instrument.maximum_quantity,
            maximum_orders=instrument.maximum_orders,
            buy_band=_bounds(instrument.buy_band),
            sell_band=_bounds(instrument.sell_band),
        )

    def instrument(self) -> Instrument:
        """Return the instrument."""
        return Instrument(
            symbol=self.symbol,
            base=self.base,
            quote=self.quote,
            tick_size=self.tick_size,
            step_size=self.step_size,
            minimum_notional=self.minimum_notional,
            minimum_quantity=self.minimum_quantity,
            maximum_quantity=self.maximum_quantity,
            maximum_orders=self.maximum_orders,
            buy_band=_band(self.buy_band),
            sell_band=_band(self.sell_band),
        )


def _bounds(band: PriceBand | None) -> tuple[Decimal, Decimal] | None:
    return None if band is None else (band.lowest, band.highest)


def _band(bounds: tuple[Decimal, Decimal] | None) -> PriceBand | None:
    return None if bounds is None else PriceBand(lowest=bounds[0], highest=bounds[1])


class TradingTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What a sub-account trades, at which rates such as 0.001."""

    instruments: tuple[RecordedInstrument, ...]
    maker_fee: Decimal
    taker_fee: Decimal
    slippage: Decimal
    fees_charged_in: FeeAsset = FeeAsset.QUOTE

    @property
    def fees(self) -> FeeSchedule:
        """The fees that are charged."""
        return FeeSchedule(maker=self.maker_fee, taker=self.taker_fee, charged_in=self.fees_charged_in)

    @property
    def worst_slippage(self) -> Slippage:
        """By how much worse a market order gets what the book doesn't offer."""
        return Slippage(self.slippage)

    def instruments_by_symbol(self) -> Mapping[str, Instrument]:
        """Return the instruments by their symbols."""
        return {each.symbol: each.instrument() for each in self.instruments}
