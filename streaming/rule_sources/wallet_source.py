"""What alert rules must know of wallets and transactions that users watch, beside the events that tell of them.

The app that follows chains declares it; the app that has rules asks `streaming.installed.wallet_source`, and knows
nothing of the other. Pure.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

import msgspec

from streaming.events import WalletEvent


class WatchedName(msgspec.Struct, frozen=True, kw_only=True):
    """An address (or with `is_transaction` a hash) on a chain, as the user with that id watches it."""

    owner_id: int
    chain: str
    name: str
    is_transaction: bool = False


class FoundName(msgspec.Struct, frozen=True, kw_only=True):
    """How what was asked for is spelled, or else what is wrong with it: the rest of a sentence about the parameter."""

    name: str = ""
    fault: str = ""


class StoredMoment(msgspec.Struct, frozen=True, kw_only=True):
    """What the rows say of what a user watches: an event as it is told, whose `time` is when it was so."""

    watched: WatchedName
    event: WalletEvent


class WalletSource(msgspec.Struct, frozen=True):
    """How wallets, tokens and transactions are found.

    `watched` finds what a user watches, by any spelling: what only others watch is unknown. `token` finds a
    token that is told of such a wallet, by its contract's address in any spelling: one that staff list, or that the
    user has named for it. `unwatched_of` returns which of some are watched by those users no longer; it takes the
    names as `watched` spells them. `stored_since` returns what the rows say of some, of a time (ms since the epoch) or
    later, the oldest first: of wallets what came and went, what they hold and how their transactions are, of
    transactions how they are. It is for whoever wasn't there when it was told. `confirmations_counted` returns how many
    confirmations are told of a transaction at most, or of any that touches a wallet; None where the chain is unknown.
    `chains` returns the names of those that are followed. `wallets` and `tokens` return what people call each of those
    that a user (by id) watches on a chain, and each token that is told of any of them, by its address as it is spelled.
    `shortened` returns the beginning and the end of an address, as wallets show it.
    """

    watched: Callable[[WatchedName], FoundName]
    token: Callable[[WatchedName, str], FoundName]
    unwatched_of: Callable[[Collection[WatchedName]], frozenset[WatchedName]]
    stored_since: Callable[[Collection[WatchedName], int], Sequence[StoredMoment]]
    confirmations_counted: Callable[[WatchedName], int | None]
    chains: Callable[[], Collection[str]]
    wallets: Callable[[int, str], Mapping[str, str]]
    tokens: Callable[[int, str], Mapping[str, str]]
    shortened: Callable[[str], str]
