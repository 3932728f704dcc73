"""How a secret lies in the database."""

from pytest_django import Settings

from accounts.two_factor.sealing import opened, sealed

_SECRET = b"12345678901234567890"


def test_it_opens_what_it_sealed() -> None:
    first, second = sealed(_SECRET), sealed(_SECRET)
    assert first != second
    assert opened(first) == opened(second) == _SECRET
    assert "12345678901234567890" not in first


def test_it_opens_what_an_earlier_key_sealed(settings: Settings) -> None:
    settings.SECRET_KEY = "the earlier key, which was long enough"
    text = sealed(_SECRET)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the present key, long enough too", [settings.SECRET_KEY]
    assert opened(text) == _SECRET


def test_it_opens_nothing_without_the_key(settings: Settings) -> None:
    text = sealed(_SECRET)
    settings.SECRET_KEY = "another key, which was long enough"
    assert opened(text) is None
    assert opened("no sealed text") is None
