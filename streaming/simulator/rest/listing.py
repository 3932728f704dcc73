"""What the exchange lists: the symbols that trade, the halted ones, and rows of any other kind that a test asks for.

A row that isn't traded has no market behind it: it costs nothing, so that there can be thousands, and it may be as
odd as it likes.
"""

from collections.abc import Mapping, Sequence

from streaming.simulator.market.instruments import Instrument
from streaming.simulator.market.market import Market, SymbolMarket
from streaming.simulator.rest.exchange_info import symbol_row
from streaming.simulator.rest.parameters import RestError

Rows = Sequence[object]
TRADING = "TRADING"
"""The status of a symbol that has a market."""


class Listing:
    """The rows of `symbols` in `exchangeInfo`, and which names they have.

    `listed` are further rows as they are to be sent: what `listed_symbol` makes, or any other JSON value.
    """

    def __init__(self, market: Market, halted: Sequence[Instrument], listed: Rows) -> None:
        self._market = market
        self._halted = halted
        self._listed = listed

    def rows(self) -> list[object]:
        """Return all rows: what trades, what is halted, then the others in their order."""
        trading = [symbol.instrument for symbol in self._market.symbols.values()]
        return [*(symbol_row(instrument) for instrument in (*trading, *self._halted)), *self._listed]

    def named(self, names: Sequence[str]) -> list[object]:
        """Return the rows of `names`, in that order; refuse one that isn't listed (-1121)."""
        by_name = {name: row for row in self.rows() if (name := _text(row, "symbol")) is not None}
        if not all(name in by_name for name in names):
            raise RestError(-1121, "Invalid symbol.")
        return [by_name[name] for name in names]

    def traded(self, name: str, status: str | None = None) -> SymbolMarket:
        """Return the market of a symbol; refuse one that isn't listed (-1121), or only listed (-1122).

        Where a `status` is given, refuse a symbol of another one (-1220).
        """
        symbol = self._market.symbols.get(name)
        if status is not None and self.status_of(name) != status:
            raise RestError(-1220, "The symbol's status does not match the requested symbolStatus.")
        if symbol is None:
            self.status_of(name)
            raise RestError(-1122, "Invalid symbolStatus.")
        return symbol

    def status_of(self, name: str) -> str | None:
        """Return the status of a symbol; refuse one that isn't listed (-1121)."""
        if name in self._market.symbols:
            return TRADING
        return _text(self.named([name])[0], "status")


def with_permission(rows: Rows, permissions: Sequence[str] | None) -> list[object]:
    """Return the rows that one of the permissions lets trade, all for None."""
    return [row for row in rows if permissions is None or not _permissions(row).isdisjoint(permissions)]


def without_permission_sets(rows: Rows) -> list[object]:
    """Return the rows with `permissionSets` left empty."""
    return [
        {**row, "permissionSets": []} if isinstance(row, Mapping) and "permissionSets" in row else row for row in rows
    ]


def of_status(rows: Rows, status: str | None) -> list[object]:
    """Return the rows of that status, all for None."""
    return [row for row in rows if status is None or _text(row, "status") == status]


def _text(row: object, key: str) -> str | None:
    value = row.get(key) if isinstance(row, Mapping) else None
    return value if isinstance(value, str) else None


def _permissions(row: object) -> set[str]:
    sets = row.get("permissionSets") if isinstance(row, Mapping) else None
    return {each for one in sets for each in one} if isinstance(sets, list) else set()
