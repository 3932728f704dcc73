"""How a secret lies in the database."""

from pytest_django import Settings

from accounts.two_factor.secret_encryption import decrypted, encrypted

_SECRET = b"12345678901234567890"


def test_it_decrypts_what_it_encrypted() -> None:
    first, second = encrypted(_SECRET), encrypted(_SECRET)
    assert first != second
    assert decrypted(first) == decrypted(second) == _SECRET
    assert "12345678901234567890" not in first


def test_it_decrypts_what_an_earlier_key_encrypted(settings: Settings) -> None:
    settings.SECRET_KEY = "the earlier key, which was long enough"
    text = encrypted(_SECRET)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the present key, long enough too", [settings.SECRET_KEY]
    assert decrypted(text) == _SECRET


def test_it_decrypts_nothing_without_the_key(settings: Settings) -> None:
    text = encrypted(_SECRET)
    settings.SECRET_KEY = "another key, which was long enough"
    assert decrypted(text) is None
    assert decrypted("no encrypted text") is None
