"""Which logs are transfers of ERC-20 tokens."""

import msgspec
import pytest
from eth_hash.auto import keccak

from tests.wallets.simple_chain import address, hash_of
from wallets.chain import Log
from wallets.following.token_transfers import TRANSFER_TOPIC, TokenTransfer, token_transfer_of

LOG = Log(
    address=address(0xC0FFEE),
    topics=(TRANSFER_TOPIC, hash_of(0xA), hash_of(0xB)),
    data=f"0x{2**256 - 1:064x}",
    transaction_hash=hash_of(1),
    index=7,
)


def test_its_topic_is_that_of_the_event() -> None:
    assert f"0x{keccak(b'Transfer(address,address,uint256)').hex()}" == TRANSFER_TOPIC


def test_it_reads_a_transfer_to_the_last_digit() -> None:
    assert token_transfer_of(LOG) == TokenTransfer(
        token=address(0xC0FFEE),
        sender=address(0xA),
        recipient=address(0xB),
        amount=2**256 - 1,
        transaction_hash=hash_of(1),
        log_index=7,
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"topics": (hash_of(1), *LOG.topics[1:])},
        {"topics": LOG.topics[:2]},
        {"topics": (*LOG.topics, hash_of(1))},  # ERC-721: an item
        {"topics": ()},
        {"topics": (*LOG.topics[:2], f"0x{2**200:064x}")},
        {"topics": (*LOG.topics[:2], address(1))},
        {"data": "0x"},
        {"data": LOG.data + "0" * 64},
        {"data": f"0x{'g' * 64}"},
        {"removed": True},
    ],
)
def test_it_takes_nothing_else_for_one(changes: dict[str, object]) -> None:
    assert token_transfer_of(msgspec.structs.replace(LOG, **changes)) is None
