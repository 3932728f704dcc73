"""The ERC-20 tokens of the simulated chain: what a call of one does, and what it answers.

The selectors are the first four bytes of the Keccak-256 of a function's signature (https://eips.ethereum.org/EIPS/eip-20).
"""

import re
from collections.abc import Callable, Mapping

import msgspec
from eth_hash.auto import keccak

TRANSFER_EVENT = f"0x{keccak(b'Transfer(address,address,uint256)').hex()}"
_TRANSFER_CALL = re.compile(r"0xa9059cbb0{24}([0-9a-f]{40})([0-9a-f]{64})", re.ASCII)
_BALANCE_CALL = re.compile(r"0x70a082310{24}([0-9a-f]{40})", re.ASCII)
_CHARACTERS_OF_SELECTOR = 10
_WORD = 32


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A token. One with `is_old` answers its name and symbol as 32 bytes, as some did before the standard."""

    address: str
    name: str
    symbol: str
    decimals: int
    is_old: bool = False


class TransferCall(msgspec.Struct, frozen=True):
    """A call that moves tokens of the caller."""

    recipient: str
    amount: int


def transfer_data(recipient: str, amount: int) -> str:
    """Return the data of a call that sends an amount of a token's smallest unit."""
    return f"0xa9059cbb{recipient.removeprefix('0x'):0>64}{amount:064x}"


def transfer_call(data: str) -> TransferCall | None:
    """Return the transfer that a call asks for, None where it asks for something else."""
    matched = _TRANSFER_CALL.fullmatch(data)
    return TransferCall(f"0x{matched[1]}", int(matched[2], 16)) if matched else None


def call_result(token: Token, data: str, balance_of: Callable[[str], int], supply: int) -> str | None:
    """Return what a token answers to a call, None where it reverts."""
    if matched := _BALANCE_CALL.fullmatch(data):
        return _number(balance_of(f"0x{matched[1]}"))
    answers: Mapping[str, str] = {
        "0x313ce567": _number(token.decimals),
        "0x95d89b41": _text(token, token.symbol),
        "0x06fdde03": _text(token, token.name),
        "0x18160ddd": _number(supply),
    }
    return answers.get(data[:_CHARACTERS_OF_SELECTOR])


def _number(value: int) -> str:
    return f"0x{value:064x}"


def _text(token: Token, text: str) -> str:
    content = text.encode()
    padded = content.ljust(-(-len(content) // _WORD) * _WORD, b"\0").hex()
    return f"0x{padded}" if token.is_old else f"0x{_WORD:064x}{len(content):064x}{padded}"
