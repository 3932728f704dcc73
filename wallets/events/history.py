"""What is from before a wallet was added, and none of its owner's news. One rule, for rows and for queries of them."""

from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from django.db.models import Q

from wallets.models import Wallet

CLOCK_DIFFERENCE = timedelta(minutes=15)
"""So much a block's time may differ from ours: within it, its number says whether the chain had it. What is older was
there though nobody had read it, and what is younger is of a chain that began anew."""


class InBlock(Protocol):
    """What a block has, or none yet."""

    @property
    def block_number(self) -> int | None:
        """Which block."""

    @property
    def time(self) -> datetime | None:
        """The block's."""


class BlockPlace(NamedTuple):
    """A block's number and its time, as far as they are known."""

    block_number: int | None = None
    time: datetime | None = None


class Added(Protocol):
    """When a wallet was added: see `Wallet`."""

    @property
    def created_at(self) -> datetime:
        """The time of it."""

    @property
    def known_block(self) -> int | None:
        """The newest block that was known by then."""


def is_history(row: InBlock, wallet: Added) -> bool:
    """Return whether a block that a wallet's chain had before the wallet was added has it; not where none has.

    Of a block whose time isn't known the number says it: it is none of the newest.
    """
    if row.block_number is None:
        return False
    if row.time is None:
        return wallet.known_block is not None and row.block_number <= wallet.known_block
    if wallet.known_block is None:
        return row.time < wallet.created_at
    bound = wallet.created_at + CLOCK_DIFFERENCE * (1 if row.block_number <= wallet.known_block else -1)
    return row.time < bound


def since_added(wallet: Wallet) -> Q:
    """Return which movements aren't from before a wallet was added."""
    if wallet.known_block is None:
        return Q(time__gte=wallet.created_at)
    newer = Q(block_number__gt=wallet.known_block, time__gte=wallet.created_at - CLOCK_DIFFERENCE)
    return newer | Q(time__gte=wallet.created_at + CLOCK_DIFFERENCE)
