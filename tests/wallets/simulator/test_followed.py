"""The simulated node, followed over its socket by what judges a chain: both agree on blocks, balances, transactions."""

from collections import Counter
from random import Random

from tests.wallets.simple_chain import walked_by
from tests.wallets.simulator.conftest import Call
from wallets.chain import Block, BlockReference, Receipt, Transaction
from wallets.following.block_effects import BlockEffects, Direction, effects_of
from wallets.following.known_blocks import KnownBlocks
from wallets.following.node_answers import block_of, logs_of, quantity_of, receipt_of
from wallets.following.reorganisation import way_to
from wallets.following.token_transfers import TRANSFER_TOPIC
from wallets.lifecycle import (
    ChainView,
    ConflictingTransaction,
    TransactionProgress,
    TransactionState,
    TransactionStatus,
    TransactionStep,
    followed,
)

REQUIRED = 3


class Follower:
    """Follows the node from its head on, for two who send, by what it answers alone."""

    def __init__(self, call: Call, start: BlockReference, watched: set[str]) -> None:
        self.known = KnownBlocks((start,))
        self.transactions: dict[str, Transaction] = {}
        self.progress: dict[str, TransactionProgress] = {}
        self.steps: Counter[TransactionStep] = Counter()
        self._call = call
        self._watched = watched
        self._blocks: dict[BlockReference, tuple[BlockEffects, dict[str, Receipt]]] = {}

    async def go_on(self) -> None:
        """Catch up with the node's head."""
        head = quantity_of(await self._call("eth_blockNumber"))

        async def block(number: int) -> Block | None:
            return block_of(await self._call("eth_getBlockByNumber", hex(number), True))

        update = await walked_by(way_to(head, self.known), block)
        for retracted in update.retracted:
            del self._blocks[retracted]
        for applied in update.applied:
            logs = await self._call("eth_getLogs", {"blockHash": applied.hash, "topics": [TRANSFER_TOPIC]})
            effects = effects_of(applied, logs_of(logs), self._watched)
            for transaction in applied.transactions:
                if transaction.sender in self._watched:
                    self.transactions[transaction.hash] = transaction
            self._blocks[applied.reference] = (effects, await self._receipts(effects))
        self.known = update.after(self.known)
        for transaction_hash in self.transactions:
            self._judge(transaction_hash)

    def gained(self, address: str, token: str) -> int:
        """Return how much of a token an address has gained, less what it gave, in all blocks that still count."""
        movements = (movement for effects, _ in self._blocks.values() for movement in effects.movements)
        return sum(
            movement.amount if movement.direction is Direction.INCOMING else -movement.amount
            for movement in movements
            if (movement.address, movement.token) == (address, token)
        )

    async def _receipts(self, effects: BlockEffects) -> dict[str, Receipt]:
        answers = {each: await self._call("eth_getTransactionReceipt", each) for each in effects.transactions}
        return {each: receipt for each, answer in answers.items() if (receipt := receipt_of(answer))}

    def _judge(self, transaction_hash: str) -> None:
        before = self.progress.get(transaction_hash, TransactionProgress(required=REQUIRED))
        self.progress[transaction_hash], changes = followed(before, self._view(self.transactions[transaction_hash]))
        self.steps.update(change.step for change in changes)

    def _view(self, transaction: Transaction) -> ChainView:
        receipts = {each: receipt for _, found in self._blocks.values() for each, receipt in found.items()}
        others = (
            ConflictingTransaction(other, receipts[other.hash].block)
            for other in self.transactions.values()
            if other.hash != transaction.hash and other.hash in receipts
            if (other.sender, other.nonce) == (transaction.sender, transaction.nonce)
        )
        return ChainView(
            head=self.known.tip.number,
            transaction=transaction,
            receipt=receipts.get(transaction.hash),
            conflicting=next(others, None),
        )


async def test_who_follows_it_through_reorganisations_has_its_chain_balances_and_transactions(
    call: Call, control: Call
) -> None:
    people, random = await control("accounts"), Random(5)  # a seed of the test's own: this run, each time
    alice, bob = people["accounts"][:2]
    token = people["tokens"][0]["address"]
    start = block_of(await call("eth_getBlockByNumber", "latest", True))
    assert start is not None
    before = {owner: await _tokens(call, token, owner) for owner in (alice, bob)}
    follower = Follower(call, start.reference, {alice, bob})
    for _ in range(25):
        sender, recipient = random.sample([alice, bob, people["accounts"][2]], 2)
        sent = await control(
            "send", **{"from": sender, "to": recipient, "amount": random.randint(1, 10**6), "token": token}
        )
        if random.random() < 0.3:
            await control("replace", hash=sent["hash"], kind=random.choice(["speed_up", "cancel"]))
        await control("mine", blocks=random.randint(1, 2))
        await follower.go_on()
        if random.random() < 0.4:
            depth = random.randint(1, 3)
            if quantity_of(await call("eth_blockNumber")) - depth >= start.number:
                await control("reorganise", depth=depth, length=depth + 1, drop=random.choice(["true", "false"]))
    await control("mine")
    await follower.go_on()
    for reference in follower.known.references:
        answer = block_of(await call("eth_getBlockByNumber", hex(reference.number), True))
        assert answer is not None
        assert answer.reference == reference
    for owner in (alice, bob):
        assert await _tokens(call, token, owner) == before[owner] + follower.gained(owner, token)
    assert {each: told.state for each, told in follower.progress.items()} == {
        each: await _fresh_state(call, follower, each) for each in follower.transactions
    }
    assert follower.steps.keys() >= {TransactionStep.INCLUDE, TransactionStep.CONFIRM, TransactionStep.RETRACT}


async def _tokens(call: Call, token: str, owner: str) -> int:
    data = f"0x70a08231{owner[2:]:0>64}"
    return quantity_of(await call("eth_call", {"to": token, "data": data}, "latest"))


async def _fresh_state(call: Call, follower: Follower, transaction_hash: str) -> TransactionState:
    """Return what the node says of a transaction now; what it was told to be before, where it says nothing."""
    receipt = await call("eth_getTransactionReceipt", transaction_hash)
    if receipt is None:
        told = follower.progress[transaction_hash].state
        assert told.block is None or told.status is TransactionStatus.REPLACED
        return told
    block = BlockReference(int(receipt["blockNumber"], 16), receipt["blockHash"])
    count = quantity_of(await call("eth_blockNumber")) - block.number + 1
    confirmed = TransactionStatus.CONFIRMED if count >= REQUIRED else TransactionStatus.CONFIRMING
    status = confirmed if receipt["status"] == "0x1" else TransactionStatus.FAILED
    return TransactionState(status=status, block=block, confirmations=min(count, REQUIRED))
