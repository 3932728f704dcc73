"""What a node is asked of addresses and transactions: balances, receipts, and what its pool has."""

from collections.abc import Collection, Mapping

import msgspec

from streaming.batches import batched
from wallets.chain import BlockReference, Receipt, Transaction
from wallets.errors import InconsistentNodeError
from wallets.following.node_answers import count_of, quantity_of, receipt_of, transaction_of
from wallets.following.token_answers import number_of_word
from wallets.nodes.errors import NodeRefusedError
from wallets.nodes.json_rpc import Call
from wallets.nodes.node import Node, outcomes, results

BALANCE_OF = "0x70a08231"  # the selector of balanceOf(address)
_REVERTED = 3
"""The code of JSON-RPC by which nodes tell that a contract has reverted a call."""
_CONTRACTS_DOING = ("revert", "invalid opcode", "invalid jump", "out of gas", "stack underflow")
"""What nodes say, of older kinds with any code, where a contract's own code has ended a call."""
_WORD = 66  # characters of 32 bytes, with 0x
GAS_OF_NAMED = hex(2_000_000)
"""What a contract that a user has named may use in a call: its answer has 1 MB at most, however hard it tries."""
_BATCH = 10

Owned = tuple[str, str | None]
"""An address, and a token's contract or None for the chain's coin."""


class FoundTransaction(msgspec.Struct, frozen=True, kw_only=True):
    """What a node says of a transaction: nothing (None) where it knows none; `receipt` once a block has it."""

    transaction: Transaction | None = None
    receipt: Receipt | None = None


async def balances_read(node: Node, wanted: Collection[Owned], block: BlockReference) -> dict[Owned, int]:
    """Return balances as they are after a block, in smallest units.

    What answers no number as a balance, or reverts, is no token, and is left out; any other refusal is raised. With any
    token its owner's coins are asked for, too: a node that has these has the block's state.
    """
    owned = sorted({*wanted, *((address, None) for address, _ in wanted)}, key=lambda each: (each[0], each[1] or ""))
    answers = await outcomes(node, [_balance_call(each, block) for each in owned])
    found = ((each, _balance(each, answer)) for each, answer in zip(owned, answers, strict=True))
    return {each: amount for each, amount in found if amount is not None}


async def named_balances_read(node: Node, wanted: Collection[Owned], block: BlockReference) -> dict[Owned, int]:
    """Return balances of tokens that users have named, and their owners' coins.

    Whatever a node says of such a call is the contract's doing where it tells the owner's coins, and left out: no
    contract that anybody names keeps a chain from being followed.
    """
    found: dict[Owned, int] = {}
    owned = sorted((address, token) for address, token in wanted if token is not None)
    for batch in batched(owned, _BATCH):
        tokens: list[Owned] = [*batch]
        coins: list[Owned] = [(address, None) for address in sorted({address for address, _ in tokens})]
        calls = [*(_balance_call(each, block) for each in coins), *(_named_call(each, block) for each in tokens)]
        answers = dict(zip([*coins, *tokens], await outcomes(node, calls), strict=True))
        found |= {each: _coins(answers[each]) for each in coins}
        found |= {each: amount for each in tokens if (amount := number_of_word(answers[each])) is not None}
    return found


async def receipts_read(node: Node, wanted: Mapping[str, BlockReference]) -> dict[str, Receipt]:
    """Return the receipts of transactions that the node has shown in these blocks.

    Raise `InconsistentNodeError` where one is of another block by now: the node has reorganised in between.
    """
    hashes = sorted(wanted)
    answers = await results(node, [Call("eth_getTransactionReceipt", (each,)) for each in hashes])
    found = {}
    for each, answer in zip(hashes, answers, strict=True):
        receipt = receipt_of(answer)
        if receipt is None or receipt.block != wanted[each]:
            raise InconsistentNodeError(f"the node has no receipt of {each} in the block that it shows it in")
        found[each] = receipt
    return found


async def transactions_find(node: Node, hashes: Collection[str]) -> dict[str, FoundTransaction]:
    """Return what the node knows of transactions, wherever they are.

    One that it refuses to tell of, or of which it answers what can't be read, is left out, as if it weren't asked for:
    a hash that anybody may have given keeps no chain from being followed.
    """
    wanted = sorted(hashes)
    known = await outcomes(node, [Call("eth_getTransactionByHash", (each,)) for each in wanted])
    receipts = await outcomes(node, [Call("eth_getTransactionReceipt", (each,)) for each in wanted])
    found = {each: _found(each, one, receipt) for each, one, receipt in zip(wanted, known, receipts, strict=True)}
    return {each: one for each, one in found.items() if one is not None}


async def transaction_counts_read(node: Node, senders: Collection[str], block: BlockReference) -> dict[str, int]:
    """Return how many nonces these senders have used, up to and with a block; the node may leave some out."""
    wanted = sorted(senders)
    calls = [Call("eth_getTransactionCount", (each, {"blockHash": block.hash})) for each in wanted]
    found = ((each, _count(answer)) for each, answer in zip(wanted, await outcomes(node, calls), strict=True))
    return {each: number for each, number in found if number is not None}


def _balance_call(owned: Owned, block: BlockReference) -> Call:
    address, token = owned
    at = {"blockHash": block.hash}
    if token is None:
        return Call("eth_getBalance", (address, at))
    return Call("eth_call", ({"to": token, "data": f"{BALANCE_OF}{address[2:]:0>64}"}, at))


def _balance(owned: Owned, answer: object) -> int | None:
    """Return the amount; a coin's is always there, and a node that refuses it lacks the block."""
    _, token = owned
    if isinstance(answer, NodeRefusedError):
        if token is None or not _is_contracts_doing(answer):
            raise answer
        return None
    if token is not None and not (isinstance(answer, str) and len(answer) == _WORD):
        return None
    return quantity_of(answer)


def _named_call(owned: Owned, block: BlockReference) -> Call:
    method, (call, at) = _balance_call(owned, block)
    return Call(method, ({**call, "gas": GAS_OF_NAMED}, at))


def _coins(answer: object) -> int:
    if isinstance(answer, NodeRefusedError):
        raise answer
    return quantity_of(answer)


def _is_contracts_doing(refusal: NodeRefusedError) -> bool:
    said = str(refusal).lower()
    return refusal.code == _REVERTED or any(words in said for words in _CONTRACTS_DOING)


def _found(wanted: str, known: object, receipt: object) -> FoundTransaction | None:
    """Return what was answered of a transaction; None where that says nothing."""
    if isinstance(known, NodeRefusedError) or isinstance(receipt, NodeRefusedError):
        return None
    try:
        signed = transaction_of(known)
        found = FoundTransaction(transaction=signed, receipt=receipt_of(receipt))
    except InconsistentNodeError:
        return None
    return found if signed is None or signed.hash == wanted else None


def _count(answer: object) -> int | None:
    try:
        return None if isinstance(answer, NodeRefusedError) else count_of(answer)
    except InconsistentNodeError:
        return None
