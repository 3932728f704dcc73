"""What a contract answers of itself, read as of an ERC-20 token (https://eips.ethereum.org/EIPS/eip-20). Pure.

Anybody can name any contract, and a contract can answer anything: texts are read as far as they can be shown, and what
isn't as a token answers is a `NoTokenError` that says why. A token's name proves nothing.
"""

import re
import unicodedata

import msgspec

from wallets.addresses import shortened, with_checksum
from wallets.errors import NoTokenError

MOST_TOKEN_DECIMALS = 77
"""2^256 has 78 digits: of a token with more decimals nobody could have one."""
LONGEST_TOKEN_SYMBOL = 50
LONGEST_NAME = 100
_WORD = 64
"""Characters of 32 bytes."""
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]{64}", re.ASCII)
_BYTES_OF_CHARACTER = 4
_TEXT_BEGINS = 32
"""Where, in bytes, a text's length stands that is the one answer; before the standard, its bytes stood there."""
_NOTHING = "0x"


class TokenAnswers(msgspec.Struct, frozen=True, kw_only=True):
    """What a node has answered to a contract's calls, as it came; None where it refused the call.

    `balance` is that of some address, which doesn't matter.
    """

    decimals: object
    symbol: object
    name: object
    balance: object


class TokenDescription(msgspec.Struct, frozen=True, kw_only=True):
    """What a token says of itself; one without a symbol is called by its address."""

    symbol: str
    name: str
    decimals: int


def token_described(contract: str, answers: TokenAnswers) -> TokenDescription:
    """Return what the contract at that address says of itself; raise `NoTokenError`."""
    if answers.decimals == answers.balance == _NOTHING:
        raise NoTokenError("there is no contract at this address, or one that answers nothing")
    if number_of_word(answers.balance) is None:
        raise NoTokenError("its contract tells no balances as a token's does")
    decimals = number_of_word(answers.decimals)
    if decimals is None:
        raise NoTokenError("its contract tells no decimals as a token's does")
    if decimals > MOST_TOKEN_DECIMALS:
        raise NoTokenError(f"its contract tells more decimals than the {MOST_TOKEN_DECIMALS} that a token can have")
    symbol = text_of(answers.symbol, LONGEST_TOKEN_SYMBOL)
    return TokenDescription(
        symbol=symbol or shortened(with_checksum(contract)), name=text_of(answers.name, LONGEST_NAME), decimals=decimals
    )


def text_of(answer: object, longest: int) -> str:
    """Return a text that a contract answers, in one line of `longest` characters at most; empty where it is none.

    What can't be shown, and what turns the direction of writing, is left out.
    """
    if not isinstance(answer, str):
        return ""
    shown = [each for each in _content(answer, longest).decode(errors="ignore") if _is_shown(each)]
    text = " ".join("".join(shown).split())
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _content(answer: str, longest: int) -> bytes:
    """Return the bytes of a text: as many of them as are looked at, however long it is."""
    beginning = answer[2 : 2 + 2 * _WORD + 2 * _BYTES_OF_CHARACTER * (longest + 1)]
    try:
        data = bytes.fromhex(beginning[: len(beginning) // 2 * 2])
    except ValueError:
        return b""
    if len(data) == _TEXT_BEGINS:
        return data.rstrip(b"\0")
    if int.from_bytes(data[:_TEXT_BEGINS]) != _TEXT_BEGINS:
        return b""
    length = int.from_bytes(data[_TEXT_BEGINS : 2 * _TEXT_BEGINS])
    content = data[2 * _TEXT_BEGINS :]
    return content[: min(length, len(content))]


def _is_shown(character: str) -> bool:
    """Return whether a character is a visible one, or white space, of which one blank is made."""
    return character.isspace() or not unicodedata.category(character).startswith("C")


def number_of_word(answer: object) -> int | None:
    """Return the number that a contract answers, as 32 bytes in hexadecimal; None for anything else."""
    return int(answer, 16) if isinstance(answer, str) and _NUMBER.fullmatch(answer) else None
