"""What followers have stored to be told, replayed: it gives what is stored, with nothing lost and nothing repeated."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from tests.wallets.follower.conftest import NAME, FollowingRig
from wallets.addresses import with_checksum
from wallets.amounts import in_units
from wallets.chain import NATIVE
from wallets.events import Block, TransactionState, WalletActivity, WalletChange
from wallets.models import Balance, ChainTransaction, KnownBlock, Movement, OutboxEvent, Token
from wallets.topics import version_of_transaction

_TOLD_AGAIN = frozenset({"failed", "replaced", "retracted"})
"""What a transaction may be told to be once more, with as many confirmations: it is final now, or taken back again."""
_decoder = msgspec.json.Decoder(Block | WalletActivity | TransactionState)


class Replayed:
    """What a client knows who has taken all that was told, in its order, after the blocks `first` (number, hash)."""

    def __init__(self, first: Iterable[tuple[int, str]], events: Iterable[str]) -> None:
        self.blocks: list[tuple[int, str]] = [*first]
        self.balances: dict[tuple[str, str | None], Any] = {}
        self.movements: set[tuple[Any, ...]] = set()
        self.transactions: dict[str, tuple[str, int]] = {}
        for text in events:
            self._take(_decoder.decode(text))

    def _take(self, event: Block | WalletActivity | TransactionState) -> None:
        match event:
            case Block():
                del self.blocks[len(self.blocks) - event.reorg_depth :]
                assert (event.number - 1, event.parent_hash) == self.blocks[-1], "a block was lost, or told twice"
                self.blocks.append((event.number, event.hash))
            case WalletActivity(change_kind=WalletChange.BALANCE):
                self.balances[event.address, event.token] = event.balance
            case WalletActivity():
                self._take_movement(event)
            case TransactionState():
                self._take_transaction(event)

    def _take_transaction(self, event: TransactionState) -> None:
        told = (event.status.value, event.confirmations)
        assert self.transactions.get(event.hash) != told or told[0] in _TOLD_AGAIN, "told twice"
        self.transactions[event.hash] = told

    def _take_movement(self, event: WalletActivity) -> None:
        key = (event.address, event.token, event.tx, event.block, event.change)
        assert (key in self.movements) is event.retracted, "a movement was lost, or told twice"
        self.movements.symmetric_difference_update({key})


def assert_told_as_stored(rig: FollowingRig, events: Iterable[str] | None = None) -> None:
    """Replay events, or what waits in the outbox of a follower without a publisher, and compare it with the rows."""
    blocks = list(KnownBlock.objects.filter(chain=NAME).order_by("number").values_list("number", "hash"))
    if events is None:
        events = OutboxEvent.objects.order_by("id").values_list("event", flat=True)
    replayed = Replayed(rig.first, events)
    assert replayed.blocks[-len(blocks) :] == blocks[-len(replayed.blocks) :]
    assert replayed.balances == _balances(rig)
    assert replayed.movements == _movements()
    stored = ChainTransaction.objects.exclude(status="seen")
    assert replayed.transactions == {row.hash: (row.status, row.confirmations) for row in stored}


def assert_versions_grow(events: Iterable[str]) -> None:
    """Look whether of each transaction no event seems older than one before: who knows that one would not be told it.

    Only where the followers' clock runs.
    """
    newest: dict[str, Any] = {}
    for event in map(_decoder.decode, events):
        if isinstance(event, TransactionState):
            _, version = version_of_transaction(event)
            assert newest.get(event.hash, version) <= version, event
            newest[event.hash] = version


def _decimals() -> Mapping[str, int]:
    return {NATIVE: 18, **dict(Token.objects.values_list("address", "decimals"))}


def _named(asset: str) -> str | None:
    return None if asset == NATIVE else with_checksum(asset)


def _balances(rig: FollowingRig) -> dict[tuple[str, str | None], Any]:
    decimals = _decimals()
    rows = Balance.objects.filter(address__in=rig.node.chain.accounts)
    return {(with_checksum(row.address), _named(row.asset)): in_units(row.amount, decimals[row.asset]) for row in rows}


def _movements() -> set[tuple[Any, ...]]:
    decimals = _decimals()
    return {
        (
            with_checksum(row.address),
            _named(row.asset),
            row.transaction_hash,
            row.block_number,
            in_units(row.change, decimals[row.asset]),
        )
        for row in Movement.objects.filter(is_retracted=False)
    }
