"""Transfers of ERC-20 tokens, as logs tell them (https://eips.ethereum.org/EIPS/eip-20). Pure.

Any contract may log what it likes under the same topic: what isn't two addresses and one number is no transfer of a
token. ERC-721 has the same signature, and a fourth topic, the item's number.
"""

import re

import msgspec

from wallets.chain import Log

TRANSFER_TOPIC = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
"""Keccak-256 of `Transfer(address,address,uint256)`, by which `eth_getLogs` finds them."""

_PADDED_ADDRESS = re.compile(r"0x0{24}([0-9a-f]{40})", re.ASCII)
_NUMBER = re.compile(r"0x[0-9a-f]{64}", re.ASCII)
_TOPICS = 3


class TokenTransfer(msgspec.Struct, frozen=True, kw_only=True):
    """An `amount` of a token's smallest unit that went from one address to another."""

    token: str
    sender: str
    recipient: str
    amount: int
    transaction_hash: str
    log_index: int


def token_transfer_of(log: Log) -> TokenTransfer | None:
    """Return the transfer that a log tells, None where it tells none or was taken back."""
    if log.removed or len(log.topics) != _TOPICS or log.topics[0] != TRANSFER_TOPIC:
        return None
    sender, recipient = map(_PADDED_ADDRESS.fullmatch, log.topics[1:])
    if not (sender and recipient and _NUMBER.fullmatch(log.data)):
        return None
    return TokenTransfer(
        token=log.address,
        sender=f"0x{sender[1]}",
        recipient=f"0x{recipient[1]}",
        amount=int(log.data, 16),
        transaction_hash=log.transaction_hash,
        log_index=log.index,
    )
