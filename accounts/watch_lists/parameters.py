"""What is given to make and change watch lists. Pure."""

from collections.abc import Iterable, Mapping
from typing import Annotated

import msgspec

from accounts.named_rows.parameters import Name, RowId, SymbolName
from streaming.commands.parameters import Parameters

MOST_SYMBOLS = 200

Symbols = Annotated[tuple[SymbolName, ...], msgspec.Meta(max_length=MOST_SYMBOLS)]


class NewWatchList(Parameters, frozen=True, kw_only=True):
    """A new list; a symbol that is named twice stands where it was named first."""

    name: Name
    symbols: Symbols = ()


class WatchListChanges(RowId, frozen=True, kw_only=True):
    """What changes of a list: all its symbols in their order, or those that are added at its end and taken away."""

    name: Name | msgspec.UnsetType = msgspec.UNSET
    symbols: Symbols | msgspec.UnsetType = msgspec.UNSET
    add: Symbols = ()
    remove: Symbols = ()

    def wrong_together(self) -> Mapping[str, str]:
        """Return that symbols are given both as a whole and as a change."""
        is_both = self.symbols is not msgspec.UNSET and (self.add or self.remove)
        return {"symbols": "symbols can't be given together with add or remove"} if is_both else {}

    def applied_to(self, symbols: tuple[str, ...]) -> tuple[str, ...]:
        """Return what becomes of a list's symbols, each once."""
        if self.symbols is not msgspec.UNSET:
            return unique(self.symbols)
        removed = set(self.remove)
        return unique(symbol for symbol in (*symbols, *self.add) if symbol not in removed)


def unique(symbols: Iterable[str]) -> tuple[str, ...]:
    """Return symbols in their order, each where it comes first."""
    return tuple(dict.fromkeys(symbols))
