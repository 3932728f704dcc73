"""Balances and lots: what of their rows is to be inserted, changed and deleted, to say what the engine does."""

from collections.abc import Sequence
from typing import Any

import msgspec

from trading.engine.amounts import decimal_of
from trading.engine.live.state import BalanceState, LotState
from trading.live.rows.loaded import StoredLot

_NOTHING = BalanceState(0, 0)


class LotChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of the lots of one asset: ids of rows to delete, the one that has shrunk, and lots that are new.

    `kept` are those that stay, the shrunk one as it is now.
    """

    deleted: tuple[int, ...]
    shrunk: StoredLot | None
    new: tuple[LotState, ...]
    kept: tuple[StoredLot, ...]


def balance_columns(balance: BalanceState | None) -> dict[str, Any]:
    """Return what a balance's row is to say; nothing is held where there is none."""
    held = balance or _NOTHING
    return {"free": decimal_of(held.free), "locked": decimal_of(held.locked)}


def lot_columns(lot: LotState) -> dict[str, Any]:
    """Return what a lot's row is to say."""
    return {"opened_by": lot.opened_by, "amount": decimal_of(lot.amount), "cost": decimal_of(lot.cost)}


def lot_changes(stored: Sequence[StoredLot], lots: Sequence[LotState]) -> LotChanges:
    """Return how the stored lots come to be `lots`: the oldest went, one of them in part, and new ones came at the end.

    Where that isn't what happened, all rows are deleted, and written anew.
    """
    gone = next(gone for gone in range(len(stored) + 1) if _follow(stored[gone:], lots))
    kept = list(stored[gone:])
    shrunk = None
    if kept and kept[0].state != lots[0]:
        shrunk = kept[0] = StoredLot(kept[0].id, kept[0].number, lots[0])
    return LotChanges(
        deleted=tuple(lot.id for lot in stored[:gone]), shrunk=shrunk, new=tuple(lots[len(kept) :]), kept=tuple(kept)
    )


def _follow(kept: Sequence[StoredLot], lots: Sequence[LotState]) -> bool:
    """Return whether `lots` begin with the kept ones, of which the first may have shrunk."""
    if not kept:
        return True
    if len(kept) > len(lots) or lots[0].opened_by != kept[0].state.opened_by or lots[0].amount > kept[0].state.amount:
        return False
    return all(lot.state == lots[at] for at, lot in enumerate(kept[1:], start=1))
