"""Addresses and hashes as people give them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallets.addresses import address_of, transaction_hash_of, with_checksum
from wallets.errors import InvalidAddressError, InvalidTransactionHashError, WrongChecksumError

OF_THE_STANDARD = [
    "0x52908400098527886E0F7030069857D2E4169EE7",
    "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
    "0xde709f2102306220921060314715629080e2fb77",
    "0x27b1fdb04752bbc536007a920d24acb045561c26",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
]
"""The examples of EIP-55."""
EXAMPLE = OF_THE_STANDARD[4]


@pytest.mark.parametrize("spelt", OF_THE_STANDARD)
def test_it_spells_addresses_as_the_standard_does(spelt: str) -> None:
    assert with_checksum(spelt.lower()) == spelt
    assert address_of(spelt) == spelt.lower()


_DIGITS = st.binary(min_size=20, max_size=20).map(bytes.hex)


@given(_DIGITS, st.sampled_from(["0x", "0X", ""]), st.sampled_from(["", " ", "\n", "\t "]))
def test_every_spelling_has_one_canonical_form(digits: str, prefix: str, blank: str) -> None:
    canonical = f"0x{digits}"
    checked = with_checksum(canonical).removeprefix("0x")
    for spelling in (digits, digits.upper(), checked):
        assert address_of(f"{blank}{prefix}{spelling}{blank}") == canonical


@given(_DIGITS, st.integers(0, 39))
def test_a_letter_in_the_wrong_case_is_refused_and_the_right_spelling_offered(digits: str, place: int) -> None:
    right = with_checksum(f"0x{digits}")
    wrong = right[: place + 2] + right[place + 2].swapcase() + right[place + 3 :]
    if wrong.removeprefix("0x") in (wrong[2:].lower(), wrong[2:].upper()):
        assert address_of(wrong) == f"0x{digits}"  # a digit has no case, and one case has no checksum
    elif wrong != right:
        with pytest.raises(WrongChecksumError, match=right) as refused:
            address_of(wrong)
        assert refused.value.expected == right


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "an address is 0x and 40 hexadecimal digits$"),
        ("0x", "40 hexadecimal digits$"),
        (EXAMPLE[:-1], "40 hexadecimal digits$"),
        (f"{EXAMPLE}0", "40 hexadecimal digits$"),
        ("0x" + "g" * 40, "40 hexadecimal digits$"),
        ("0x" + "\u0661" * 40, "40 hexadecimal digits$"),
        ("1x" + "a" * 40, "40 hexadecimal digits$"),
        (f"0x{'ab' * 32}", "this is the hash of a transaction or block"),
        ("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "one of Bitcoin"),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "one of Bitcoin"),
        ("TJCnKsPa7y5okkXvQAidZBzqx3QyQ6sxMW", "one of Tron"),
        ("4fYNw3dojWmQ4dXtSGE9epjRGy9pFSx62YypT7avPYvA", "one of Solana"),
        ("0x" * 10**6, "40 hexadecimal digits$"),
    ],
)
def test_it_says_why_something_is_no_address(text: str, message: str) -> None:
    with pytest.raises(InvalidAddressError, match=message):
        address_of(text)


def test_a_hash_has_one_canonical_form() -> None:
    assert {transaction_hash_of(text) for text in ("AB" * 32, " 0X" + "aB" * 32, "0x" + "ab" * 32)} == {
        "0x" + "ab" * 32
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0x" + "ab" * 31, "64 hexadecimal digits$"),
        ("0x" + "ab" * 33, "64 hexadecimal digits$"),
        ("0x" + "xy" * 32, "64 hexadecimal digits$"),
        (EXAMPLE, "and this is an address"),
    ],
)
def test_it_says_why_something_is_no_hash(text: str, message: str) -> None:
    with pytest.raises(InvalidTransactionHashError, match=message):
        transaction_hash_of(text)
