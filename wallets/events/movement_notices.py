"""What owners are notified of movements: of many in one block at one wallet the first, and how many more there are.

A contract may log as many transfers as it likes in one transaction; all of them are told on `wallet:`. Pure.
"""

from collections import Counter

import msgspec

from streaming.notices import Notice
from wallets.events import WalletActivity
from wallets.events.chain_notices import more_movements_notice, movement_notice

MOST_OF_A_BLOCK = 10
"""Of so many movements of one block at one wallet its owner is notified one by one."""


class _Place(msgspec.Struct, frozen=True):
    """Whose wallet, and in which block; what is taken back is counted by itself."""

    owner_id: int
    chain: str
    address: str
    label: str
    block: int | None
    retracted: bool


class MovementNotices:
    """Counts what owners are notified of, within what is stored at once."""

    def __init__(self) -> None:
        self._counts: Counter[_Place] = Counter()

    def notice(self, owner_id: int, told: WalletActivity) -> Notice | None:
        """Return the notice of a movement; None where it is only counted, or nothing moved."""
        notice = movement_notice(owner_id, told)
        if notice is None:
            return None
        place = _Place(owner_id, told.chain, told.address, told.label, told.block, told.retracted)
        self._counts[place] += 1
        return notice if self._counts[place] <= MOST_OF_A_BLOCK else None

    def more(self) -> list[Notice]:
        """Return the notices that tell how many more there were."""
        return [
            more_movements_notice(
                place.owner_id,
                chain=place.chain,
                address=place.address,
                wallet=place.label or place.address,
                block=place.block,
                count=count - MOST_OF_A_BLOCK,
                retracted=place.retracted,
            )
            for place, count in self._counts.items()
            if count > MOST_OF_A_BLOCK
        ]
