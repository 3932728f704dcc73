"""Addresses and transaction hashes as people give them: any spelling has one canonical form, or is refused with why.

The canonical form is lower-case with `0x`, as nodes answer; people are shown the checksum of EIP-55
(https://eips.ethereum.org/EIPS/eip-55): a letter is upper-case where the digit of the same place in the Keccak-256 of
the lower-case text is 8 or more.
"""

import re
from functools import lru_cache

from eth_hash.auto import keccak

from wallets.errors import InvalidAddressError, InvalidTransactionHashError, WrongChecksumError

_ADDRESS = re.compile(r"(?:0[xX])?([0-9a-fA-F]{40})", re.ASCII)
_HASH = re.compile(r"(?:0[xX])?([0-9a-fA-F]{64})", re.ASCII)
_BASE58 = "[1-9A-HJ-NP-Za-km-z]"
_OTHER_CHAINS = (
    (re.compile(rf"bc1[02-9ac-hj-np-z]{{11,87}}|BC1[02-9AC-HJ-NP-Z]{{11,87}}|[13]{_BASE58}{{25,34}}"), "Bitcoin"),
    (re.compile(rf"T{_BASE58}{{33}}"), "Tron"),
    (re.compile(rf"{_BASE58}{{43,44}}"), "Solana"),
)
_LONGEST = 200
_SHORT = 14
_UPPER_FROM = "8"
_SPELT = 20_000
"""So many addresses are kept as they are spelt: a watched transaction's are told at each block that confirms it."""


def address_of(text: str) -> str:
    """Return the canonical form of an address; blanks around it and a missing `0x` don't matter.

    Raise `WrongChecksumError`, which offers the right spelling, where upper and lower case are mixed otherwise than
    EIP-55 has them, and `InvalidAddressError` for what is no address; an address in one case has no checksum.
    """
    matched = _ADDRESS.fullmatch(_stripped(text))
    if matched is None:
        raise InvalidAddressError(_why_no_address(_stripped(text)))
    digits = matched[1]
    canonical = f"0x{digits.lower()}"
    is_mixed = digits not in (digits.lower(), digits.upper())
    if is_mixed and f"0x{digits}" != (expected := with_checksum(canonical)):
        raise WrongChecksumError(expected)
    return canonical


def shortened(text: str) -> str:
    """Return the beginning and the end of an address or a hash, as the page of wallets shows it.

    >>> shortened("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")
    '0x5aAeb6…1BeAed'
    """
    return f"{text[:8]}…{text[-6:]}" if len(text) > _SHORT else text


@lru_cache(_SPELT)
def with_checksum(address: str) -> str:
    """Return a canonical address as EIP-55 spells it.

    >>> with_checksum("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed")
    '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'
    """
    digits = address.removeprefix("0x")
    checked = keccak(digits.encode()).hex()
    spelt = (digit.upper() if check >= _UPPER_FROM else digit for digit, check in zip(digits, checked))  # noqa: B905
    return f"0x{''.join(spelt)}"


def transaction_hash_of(text: str) -> str:
    """Return the canonical form of a transaction's hash; raise `InvalidTransactionHashError` for what is none."""
    matched = _HASH.fullmatch(_stripped(text))
    if matched is None:
        is_address = _ADDRESS.fullmatch(_stripped(text))
        seems = ", and this is an address" if is_address else ""
        raise InvalidTransactionHashError(f"a transaction's hash is 0x and 64 hexadecimal digits{seems}")
    return f"0x{matched[1].lower()}"


def _stripped(text: str) -> str:
    """Return what is to be read; of a text that is longer than anything we know, only as much as shows that."""
    return text[:_LONGEST].strip()


def _why_no_address(text: str) -> str:
    rule = "an address is 0x and 40 hexadecimal digits"
    if _HASH.fullmatch(text):
        return f"{rule}, and this is the hash of a transaction or block"
    other = next((chain for pattern, chain in _OTHER_CHAINS if pattern.fullmatch(text)), None)
    return f"{rule}, and this seems to be one of {other}" if other else rule
