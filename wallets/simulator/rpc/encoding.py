"""Blocks, transactions, receipts and logs as a node writes them: quantities and data in hexadecimal."""

from collections.abc import Iterable, Iterator
from functools import lru_cache, reduce
from operator import or_
from typing import Any

from eth_hash.auto import keccak

from wallets.simulator.chain.chain import Place
from wallets.simulator.chain.transactions import Log, MinedBlock, Outcome, SentTransaction

Json = dict[str, Any]
_GAS_LIMIT = 30_000_000
_BLOOM_BITS = 2048
_CONTENTS_KEPT = 4096
_EMPTY_HASH = f"0x{0:064x}"
_NO_UNCLES = "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347"


def quantity(value: int) -> str:
    """Return a number as nodes write them, without zeros in front."""
    return hex(value)


def block_json(block: MinedBlock, *, full: bool) -> Json:
    """Return a block, with its transactions or their hashes."""
    places = (Place(block, index) for index in range(len(block.outcomes)))
    transactions = [transaction_json(place.outcome.transaction, place) for place in places]
    return {
        **header_json(block),
        "size": quantity(600 + 150 * len(block.outcomes)),
        "uncles": [],
        "transactions": transactions if full else [each["hash"] for each in transactions],
    }


def header_json(block: MinedBlock) -> Json:
    """Return what `newHeads` tells of a block."""
    return {
        "number": quantity(block.number),
        "hash": block.hash,
        "parentHash": block.parent_hash,
        "timestamp": quantity(block.time),
        "baseFeePerGas": quantity(block.base_fee),
        "miner": block.miner,
        "gasUsed": quantity(block.gas_used),
        "gasLimit": quantity(_GAS_LIMIT),
        "logsBloom": _bloom(log for outcome in block.outcomes for log in outcome.logs),
        "difficulty": "0x0",
        "extraData": "0x",
        "nonce": "0x0000000000000000",
        "mixHash": _EMPTY_HASH,
        "sha3Uncles": _NO_UNCLES,
        "stateRoot": _root("state", block),
        "transactionsRoot": _root("transactions", block),
        "receiptsRoot": _root("receipts", block),
    }


def transaction_json(transaction: SentTransaction, place: Place | None) -> Json:
    """Return a transaction, in its block or, with nothing said of one, in the pool."""
    gas_price = place.outcome.gas_price if place else transaction.fee_cap
    return {
        "hash": transaction.hash,
        "from": transaction.sender,
        "to": transaction.recipient,
        "nonce": quantity(transaction.nonce),
        "value": quantity(transaction.value),
        "input": transaction.data,
        "gas": quantity(transaction.gas_limit),
        "gasPrice": quantity(gas_price),
        "maxFeePerGas": quantity(transaction.fee_cap),
        "maxPriorityFeePerGas": quantity(transaction.tip),
        "type": "0x2",
        "accessList": [],
        "blockHash": place.block.hash if place else None,
        "blockNumber": quantity(place.block.number) if place else None,
        "transactionIndex": quantity(place.position) if place else None,
    }


def receipt_json(place: Place) -> Json:
    """Return what came of a transaction."""
    block, outcome = place.block, place.outcome
    return {
        "transactionHash": outcome.hash,
        "transactionIndex": quantity(place.position),
        "blockHash": block.hash,
        "blockNumber": quantity(block.number),
        "from": outcome.transaction.sender,
        "to": outcome.transaction.recipient,
        "contractAddress": None,
        "status": quantity(outcome.succeeded),
        "gasUsed": quantity(outcome.gas_used),
        "cumulativeGasUsed": quantity(sum(each.gas_used for each in block.outcomes[: place.position + 1])),
        "effectiveGasPrice": quantity(outcome.gas_price),
        "logs": list(_outcome_logs(block, place.position, _logs_before(place))),
        "logsBloom": _bloom(outcome.logs),
        "type": "0x2",
    }


def logs_json(block: MinedBlock) -> Iterator[Json]:
    """Yield the logs of a block, numbered through."""
    log_index = 0
    for index, outcome in enumerate(block.outcomes):
        yield from _outcome_logs(block, index, log_index)
        log_index += len(outcome.logs)


def _logs_before(place: Place) -> int:
    return sum(len(each.logs) for each in place.block.outcomes[: place.position])


def _outcome_logs(block: MinedBlock, index: int, first: int) -> Iterator[Json]:
    """Yield the logs of one transaction; `first` is the number of its first one in the block."""
    outcome = block.outcomes[index]
    for log_index, log in enumerate(outcome.logs, first):
        yield _log_json(block, index, outcome, log, log_index)


def _log_json(block: MinedBlock, index: int, outcome: Outcome, log: Log, log_index: int) -> Json:
    return {
        "address": log.address,
        "topics": list(log.topics),
        "data": log.data,
        "blockHash": block.hash,
        "blockNumber": quantity(block.number),
        "blockTimestamp": quantity(block.time),
        "transactionHash": outcome.hash,
        "transactionIndex": quantity(index),
        "logIndex": quantity(log_index),
        "removed": False,
    }


def _bloom(logs: Iterable[Log]) -> str:
    """Return the filter of logs: three bits for each address and topic (Ethereum's Yellow Paper, 4.4.1)."""
    bits = 0
    for log in logs:
        for content in (log.address, *log.topics):
            bits |= _bloom_bits(content)
    return f"0x{bits:0{_BLOOM_BITS // 4}x}"


@lru_cache(_CONTENTS_KEPT)
def _bloom_bits(content: str) -> int:
    """Return the bits of an address or a topic: a chain logs the same ones again and again."""
    digest = keccak(bytes.fromhex(content.removeprefix("0x")))
    places = (int.from_bytes(digest[place : place + 2], "big") for place in (0, 2, 4))
    return reduce(or_, (1 << place % _BLOOM_BITS for place in places))


def _root(kind: str, block: MinedBlock) -> str:
    """Return what stands for the root of a tree that nobody here looks into."""
    return f"0x{keccak(f'{kind}/{block.hash}'.encode()).hex()}"
