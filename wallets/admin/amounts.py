"""Amounts of the chain as the admin shows them: in units of their asset, with all their digits."""

from streaming.admin.shown_values import ABSENT
from streaming.numbers import in_plain_notation
from wallets.events.event_rows import Assets


def amount_in_words(amount: int | None, asset: str, assets: Assets) -> str:
    """Return an amount of `native` or a token's address; in the smallest unit where the token isn't known."""
    if amount is None:
        return ABSENT
    known = assets.get(asset)
    return f"{amount} of {asset}" if known is None else f"{in_plain_notation(known.units(amount))} {known.symbol}"
