"""Symbols as the exchange lists them."""

from decimal import Decimal

from streaming.market.sources.answers import SymbolInfo


def symbol(name: str, *, status: str = "TRADING", tick_size: str | None = "0.00000001") -> SymbolInfo:
    """Return one symbol of an exchange."""
    return SymbolInfo(
        name=name, status=status, base=name.removesuffix("USDT"), quote="USDT",
        tick_size=None if tick_size is None else Decimal(tick_size), step_size=Decimal("0.00001000"),
        minimum_quantity=Decimal("0.00010000"), maximum_quantity=Decimal("9000.00000000"),
        minimum_notional=Decimal("5.00000000"),
        bid_multiplier_down=Decimal("0.2"), ask_multiplier_up=Decimal(5), maximum_orders=200,
    )  # fmt: skip
