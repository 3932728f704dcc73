"""What is traded, from the symbols that are stored."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from streaming.market.models import Symbol
from trading.engine.instrument import Instrument, PriceBand

_SMALLEST_STEP = Decimal("0.00000001")


def instrument_of_row(row: Symbol, *, tick_size: Decimal | None = None) -> Instrument:
    """Return what is traded, with the exchange's filters; with a `tick_size`, with that instead of its own."""
    return Instrument(
        symbol=row.name,
        base=row.base,
        quote=row.quote,
        tick_size=tick_size or row.tick_size or _SMALLEST_STEP,
        step_size=row.step_size or _SMALLEST_STEP,
        minimum_notional=row.minimum_notional or Decimal(0),
        minimum_quantity=row.minimum_quantity or Decimal(0),
        maximum_quantity=row.maximum_quantity or None,
        buy_band=_band(row.bid_multiplier_down, row.bid_multiplier_up),
        sell_band=_band(row.ask_multiplier_down, row.ask_multiplier_up),
        maximum_orders=row.maximum_orders,
    )


def _band(lowest: Decimal | None, highest: Decimal | None) -> PriceBand | None:
    return None if lowest is None or highest is None else PriceBand(lowest=lowest, highest=highest)


class StoredInstruments(Mapping[str, Instrument]):
    """The instruments of stored symbols by name, each read when it is first asked for; `load` reads many at once.

    Those that are `known` are not read.

    Raise `KeyError` for a symbol that there isn't.
    """

    def __init__(self, known: Iterable[Instrument] = ()) -> None:
        self._known = {instrument.symbol: instrument for instrument in known}

    def load(self, symbols: Iterable[str]) -> None:
        """Read those of them that aren't known, in one query."""
        missing = set(symbols) - self._known.keys()
        if missing:
            self._known |= {row.name: instrument_of_row(row) for row in Symbol.objects.filter(name__in=missing)}

    def __getitem__(self, symbol: str) -> Instrument:
        if symbol not in self._known:
            self.load((symbol,))
        return self._known[symbol]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)
