"""How a grid or a strategy ends: once nothing of it is open, and what it holds goes back to its account's hand."""

from collections.abc import Iterable

from streaming.batches import batched
from trading.live.rows.loaded import LoadedSubAccount
from trading.models import OF_HAND, SUB_ACCOUNTS_IN_A_QUERY, SubAccount


def can_end(loaded: LoadedSubAccount) -> bool:
    """Return whether one that is stopping ends without a market: nothing is open, and nothing is to be sold."""
    driver = loaded.driver
    return driver is not None and driver.state.is_stopping and not loaded.engine.open_orders and not driver.closes


def end_stop(loaded: LoadedSubAccount, *, time: int) -> None:
    """End what can end without a market."""
    if loaded.driver is not None:
        loaded.driver.advance(market=0, time=time)  # no order is open, and none is placed: no price counts


def has_ended(loaded: LoadedSubAccount) -> bool:
    """Return whether it is of one that has stopped, with something that is to go back to the account's hand."""
    return loaded.driver is not None and loaded.driver.state.is_over and loaded.engine.holds_anything


def hands_of(grids: Iterable[SubAccount]) -> dict[int, int]:
    """Return the sub-accounts of the hands to which what these hold goes back, by theirs; without those of no hand."""
    found = dict[int, int]()
    for batch in batched(list(grids), SUB_ACCOUNTS_IN_A_QUERY):
        hands = SubAccount.objects.filter(OF_HAND, account__in={row.account_id for row in batch})
        known = {(account, quote): pk for account, quote, pk in hands.values_list("account_id", "quote", "pk")}
        hand_of = {row.pk: known.get((row.account_id, row.quote)) for row in batch}
        found |= {pk: hand for pk, hand in hand_of.items() if hand is not None}
    return found


def give_back(grid: LoadedSubAccount, hand: LoadedSubAccount) -> None:
    """Give all that a grid or a strategy holds that has ended to its account's hand."""
    hand.engine.transfer_in(grid.engine.transfer_out_all())
