"""Codes of authenticator apps, set against the vectors of RFC 6238, and recovery codes."""

import base64
import re
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree as ET  # noqa: S405 - a picture of our own

import pytest

from accounts.two_factor.one_time_codes import (
    enrolment_address,
    qr_code,
    recovery_codes_new,
    recovery_digest,
    secret_in_words,
    secret_new,
    step_of,
    typed,
)

_SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("at", "code"),
    # RFC 6238, appendix B (SHA-1), the last six of its eight digits
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_it_takes_the_codes_of_the_standard(at: int, code: str) -> None:
    assert step_of(_SECRET, code, at=at, after=-1) == at // 30


@pytest.mark.parametrize(("seconds", "is_taken"), [(-31, False), (-30, True), (0, True), (59, True), (60, False)])
def test_it_takes_a_code_a_step_too_early_or_late_and_no_other(seconds: int, is_taken: bool) -> None:
    """287082 is the code of 30 to 59."""
    step = step_of(_SECRET, "287082", at=30 + seconds, after=-1)
    assert step == (1 if is_taken else None)


def test_it_takes_no_code_of_a_step_that_was_used() -> None:
    assert step_of(_SECRET, "287082", at=59, after=0) == 1
    assert step_of(_SECRET, "287082", at=59, after=1) is None


@pytest.mark.parametrize(
    "code", ["", "28708", "2870822", "-28708", "+28708", "28708x", "\N{FULLWIDTH DIGIT TWO}87082", "2_8708", "x" * 64]
)
def test_it_takes_nothing_that_is_no_code(code: str) -> None:
    assert step_of(_SECRET, code, at=59, after=-1) is None


def test_it_makes_secrets_of_160_bits_that_differ() -> None:
    secrets = {secret_new() for _ in range(20)}
    assert len(secrets) == 20
    assert {len(secret) for secret in secrets} == {20}


def test_it_tells_an_authenticator_app_all_it_needs() -> None:
    address = urlsplit(enrolment_address(_SECRET, "Ada.O'Neil+x"))
    assert (address.scheme, address.netloc, unquote(address.path)) == ("otpauth", "totp", "/Tidewire:Ada.O'Neil+x")
    assert parse_qs(address.query) == {
        "secret": [secret_in_words(_SECRET)],
        "issuer": ["Tidewire"],
        "digits": ["6"],
        "period": ["30"],
    }
    assert base64.b32decode(secret_in_words(_SECRET)) == _SECRET


def test_it_draws_a_picture_that_loads_nothing() -> None:
    head, _, picture = qr_code(enrolment_address(_SECRET, "A" * 150)).partition(",")
    assert head == "data:image/svg+xml;charset=utf-8"
    root = ET.fromstring(unquote(picture))  # noqa: S314 - our own
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert {element.tag.rpartition("}")[2] for element in root.iter()} == {"svg", "g", "path"}
    assert not [name for element in root.iter() for name in element.attrib if "href" in name]


def test_it_makes_ten_recovery_codes_that_differ() -> None:
    codes = recovery_codes_new()
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"[a-z2-7]{4}(-[a-z2-7]{4}){3}", code) for code in codes)


def test_it_knows_a_recovery_code_however_it_is_typed() -> None:
    code = recovery_codes_new()[0]
    spellings = [code, code.upper(), code.replace("-", ""), code.replace("-", " "), f" {code} "]
    assert {recovery_digest(spelling) for spelling in spellings} == {recovery_digest(code)}
    assert recovery_digest(code[:-1]) != recovery_digest(code)
    assert code not in recovery_digest(code)
    assert typed("123 456") == "123456"
