"""What a node answers, read: blocks, receipts and logs, with all that is foreign checked. Pure.

A node may be broken, or another kind of server: whatever isn't as the protocol has it is an `InconsistentNodeError`
that says where. Fields that aren't needed are not looked at; hashes and addresses become lower case.
"""

from typing import Annotated, TypeVar

import msgspec

from wallets.amounts import LARGEST_AMOUNT
from wallets.chain import Block, BlockReference, Log, Receipt, Transaction, bounded_data
from wallets.errors import InconsistentNodeError

_Quantity = Annotated[str, msgspec.Meta(pattern=r"^0[xX][0-9a-fA-F]{1,64}\Z", max_length=66)]
_Count = Annotated[str, msgspec.Meta(pattern=r"^0[xX][0-9a-fA-F]{1,15}\Z", max_length=17)]
"""What counts blocks and transactions; a database's column holds it."""
_Place = Annotated[str, msgspec.Meta(pattern=r"^0[xX][0-9a-fA-F]{1,7}\Z", max_length=9)]
_Time = Annotated[str, msgspec.Meta(pattern=r"^0[xX][0-9a-fA-F]{1,9}\Z", max_length=11)]
"""Seconds since the epoch, up to the year 4147."""
_Hash = Annotated[str, msgspec.Meta(pattern=r"^0[xX][0-9a-fA-F]{64}\Z", max_length=66)]
_Address = Annotated[str, msgspec.Meta(pattern=r"^0[xX][0-9a-fA-F]{40}\Z", max_length=42)]
_Data = Annotated[str, msgspec.Meta(pattern=r"^0[xX][0-9a-fA-F]*\Z")]
_Answer = TypeVar("_Answer", bound=msgspec.Struct)


class _TransactionAnswer(msgspec.Struct, rename={"sender": "from", "recipient": "to", "data": "input"}):
    hash: _Hash
    sender: _Address
    nonce: _Count
    value: _Quantity
    recipient: _Address | None = None
    data: _Data = "0x"


class _WithdrawalAnswer(msgspec.Struct):
    """Coins that a validator gets back (EIP-4895)."""

    address: _Address


class _BlockAnswer(msgspec.Struct, rename="camel"):
    number: _Count
    hash: _Hash
    parent_hash: _Hash
    timestamp: _Time
    transactions: list[_TransactionAnswer]
    base_fee_per_gas: _Quantity | None = None
    miner: _Address | None = None
    withdrawals: list[_WithdrawalAnswer] | None = None


class _ReferenceAnswer(msgspec.Struct):
    number: _Count
    hash: _Hash


class _ReceiptAnswer(msgspec.Struct, rename="camel"):
    block_number: _Count
    block_hash: _Hash
    status: _Quantity | None = None
    root: _Hash | None = None
    gas_used: _Count | None = None
    effective_gas_price: _Quantity | None = None


class _LogAnswer(msgspec.Struct, rename="camel"):
    address: _Address
    topics: list[_Hash]
    data: _Data
    transaction_hash: _Hash
    log_index: _Place
    removed: bool = False


def reference_of(answer: object) -> BlockReference | None:
    """Return which block it is that a node answers, whole or not; None where it has none."""
    if answer is None:
        return None
    read = _read(answer, _ReferenceAnswer, "a block")
    return BlockReference(int(read.number, 16), read.hash.lower())


def block_of(answer: object) -> Block | None:
    """Return the block, with its transactions whole, that a node answers; None where it has none."""
    if answer is None:
        return None
    read = _read(answer, _BlockAnswer, "a block")
    return Block(
        number=int(read.number, 16),
        hash=read.hash.lower(),
        parent_hash=read.parent_hash.lower(),
        time=int(read.timestamp, 16),
        base_fee=None if read.base_fee_per_gas is None else int(read.base_fee_per_gas, 16),
        transactions=tuple(map(_transaction, read.transactions)),
        credited=_credited(read),
    )


def transaction_of(answer: object) -> Transaction | None:
    """Return the transaction that a node answers, wherever it is; None where the node knows none."""
    return None if answer is None else _transaction(_read(answer, _TransactionAnswer, "a transaction"))


def receipt_of(answer: object) -> Receipt | None:
    """Return the receipt that a node answers; None where no block has the transaction.

    Before Byzantium (EIP-658) a receipt has the state's `root` and doesn't say how its transaction went: as it is in a
    block, and final since long ago, it counts as one that succeeded.
    """
    if answer is None:
        return None
    read = _read(answer, _ReceiptAnswer, "a receipt")
    if read.status is None and read.root is None:
        raise InconsistentNodeError("the node's answer is not a receipt: it has neither `status` nor `root`")
    block = BlockReference(int(read.block_number, 16), read.block_hash.lower())
    return Receipt(block=block, succeeded=read.status is None or int(read.status, 16) == 1, fee=_fee(read))


def logs_of(answer: object) -> tuple[Log, ...]:
    """Return the logs that a node answers, in their order."""
    if not isinstance(answer, list):
        raise InconsistentNodeError("the node's answer is no list of logs")
    return tuple(_log(_read(each, _LogAnswer, "a log")) for each in answer)


def quantity_of(answer: object) -> int:
    """Return the number that a node answers: a head's, a balance, a count."""
    try:
        return int(msgspec.convert(answer, _Quantity), 16)
    except msgspec.ValidationError:
        raise InconsistentNodeError("the node's answer is no number in hexadecimal") from None


def count_of(answer: object) -> int:
    """Return how many blocks or transactions a node answers that there are."""
    try:
        return int(msgspec.convert(answer, _Count), 16)
    except msgspec.ValidationError:
        raise InconsistentNodeError("the node's answer is no count in hexadecimal") from None


def _credited(read: _BlockAnswer) -> frozenset[str]:
    withdrawn = (each.address for each in read.withdrawals or ())
    return frozenset(each.lower() for each in (read.miner, *withdrawn) if each is not None)


def _transaction(read: _TransactionAnswer) -> Transaction:
    return Transaction(
        hash=read.hash.lower(),
        sender=read.sender.lower(),
        nonce=int(read.nonce, 16),
        recipient=None if read.recipient is None else read.recipient.lower(),
        value=int(read.value, 16),
        data=bounded_data(read.data.lower()),
    )


def _fee(read: _ReceiptAnswer) -> int | None:
    """Return what was paid; some nodes leave the price out of receipts of before it varied within a block."""
    if read.gas_used is None or read.effective_gas_price is None:
        return None
    fee = int(read.gas_used, 16) * int(read.effective_gas_price, 16)
    if fee > LARGEST_AMOUNT:
        raise InconsistentNodeError("the node's answer is not a receipt: nobody can pay as much as it says")
    return fee


def _log(read: _LogAnswer) -> Log:
    return Log(
        address=read.address.lower(),
        topics=tuple(topic.lower() for topic in read.topics),
        data=read.data.lower(),
        transaction_hash=read.transaction_hash.lower(),
        index=int(read.log_index, 16),
        removed=read.removed,
    )


def _read(answer: object, kind: type[_Answer], what: str) -> _Answer:
    try:
        return msgspec.convert(answer, kind)
    except msgspec.ValidationError as error:
        raise InconsistentNodeError(f"the node's answer is not {what}: {error}") from None
