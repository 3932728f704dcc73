"""What contracts answer of themselves, read as of a token: old ones, broken ones, and those that mean harm."""

import time

import pytest

from tests.wallets.simple_chain import address
from wallets.errors import NoTokenError
from wallets.following.token_answers import (
    LONGEST_TOKEN_SYMBOL,
    TokenAnswers,
    TokenDescription,
    text_of,
    token_described,
)

CONTRACT = address(900)


def number(value: int) -> str:
    """Return a number as a contract answers it."""
    return f"0x{value:064x}"


def text(content: bytes, *, length: int | None = None, offset: int = 32) -> str:
    """Return a text as a contract answers it since the standard; its length may be a lie."""
    padded = content.ljust(-(-len(content) // 32) * 32, b"\0").hex()
    return f"0x{offset:064x}{len(content) if length is None else length:064x}{padded}"


def described(**changes: object) -> TokenDescription:
    """Return what a token is that answers so."""
    given: dict[str, object] = {
        "decimals": number(6), "symbol": text(b"USDC"), "name": text(b"USD Coin"), "balance": number(0),
    }  # fmt: skip
    return token_described(CONTRACT, TokenAnswers(**given | changes))


def test_a_token_says_its_symbol_name_and_decimals() -> None:
    assert described() == TokenDescription(symbol="USDC", name="USD Coin", decimals=6)
    assert described(decimals=number(0)).decimals == 0
    assert described(decimals=number(77)).decimals == 77


def test_one_from_before_the_standard_says_its_texts_in_32_bytes() -> None:
    old = described(symbol=f"0x{b'MKR'.hex():0<64}", name=f"0x{b'Maker'.hex():0<64}")
    assert (old.symbol, old.name) == ("MKR", "Maker")


@pytest.mark.parametrize(
    ("answer", "read"),
    [
        (text("Ünïcode ₿ 代".encode()), "Ünïcode ₿ 代"),
        (text(b"two\nlines\tand\r\x00\x1b[31mred"), "two lines and [31mred"),
        (text("evil\u202eDSU\u200b".encode()), "evilDSU"),
        (text(b"\xff\xfeA"), "A"),
        (text(b"   "), ""),
        (text(b""), ""),
        (text(b"USDC", length=2**255), "USDC"),
        (text(b"USDC", length=2), "US"),
        (text(b"USDC", offset=2**200), ""),
        ("0x", ""),
        ("0x20", ""),
        (f"0x{32:064x}", ""),
        ("0xzz", ""),
        ("garbage", ""),
        (None, ""),
        ({"a": 1}, ""),
        (7, ""),
    ],
)
def test_a_text_is_read_as_far_as_it_can_be_shown(answer: object, read: str) -> None:
    assert text_of(answer, 50) == read
    assert described(symbol=answer).symbol == (read or "0x000000…000384")


def test_a_long_text_is_cut_and_costs_no_more_than_what_is_shown_of_it() -> None:
    assert described(symbol=text(b"A" * 51)).symbol == f"{'A' * (LONGEST_TOKEN_SYMBOL - 1)}…"
    assert len(described(symbol=text(b"A" * LONGEST_TOKEN_SYMBOL)).symbol) == LONGEST_TOKEN_SYMBOL
    huge = text("€".encode() * 1_000_000)
    began = time.perf_counter()
    assert len(text_of(huge, LONGEST_TOKEN_SYMBOL)) == LONGEST_TOKEN_SYMBOL
    assert time.perf_counter() - began < 0.05


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"decimals": "0x", "symbol": "0x", "name": "0x", "balance": "0x"}, "there is no contract at this address"),
        ({"decimals": None}, "tells no decimals"),
        ({"decimals": "0x"}, "tells no decimals"),
        ({"decimals": "0x12"}, "tells no decimals"),
        ({"decimals": number(78)}, "more decimals than the 77"),
        ({"decimals": number(2**256 - 1)}, "more decimals than the 77"),
        ({"decimals": text(b"six")}, "tells no decimals"),
        ({"balance": None}, "tells no balances"),
        ({"balance": "0x"}, "tells no balances"),
        ({"balance": ["0x0"]}, "tells no balances"),
    ],
)
def test_what_does_not_answer_as_a_token_is_none(changes: dict[str, object], why: str) -> None:
    with pytest.raises(NoTokenError, match=why):
        described(**changes)
