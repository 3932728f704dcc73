"""What is said against settings."""

import pytest
from pytest_django import Settings

from config.doctor.configuration import look_at_settings, look_at_versions
from config.doctor.findings import State
from config.versions import platform_version


def test_it_says_which_versions_run() -> None:
    (finding,) = look_at_versions()
    assert finding.text.startswith(f"Tidewire {platform_version()}, Python 3.")


def test_it_has_nothing_against_the_settings_of_development() -> None:
    (finding,) = look_at_settings()
    assert (finding.state, finding.text) == (State.OK, "nothing is wrong with them; ENVIRONMENT is development")


def test_it_says_for_what_nothing_would_start(settings: Settings) -> None:
    settings.METRICS, settings.METRICS_TOKEN = "token", ""
    (finding,) = look_at_settings()
    assert (finding.state, finding.text) == (State.FAILED, "METRICS is token, and METRICS_TOKEN is not set")


@pytest.mark.django_db
def test_it_says_what_production_lacks_and_each_thing_once(settings: Settings) -> None:
    settings.ENVIRONMENT = "production"
    found = [finding.text for finding in look_at_settings()]
    assert any("EMAIL_URL is empty" in text for text in found)
    assert any("SECURE_HSTS_SECONDS" in text for text in found)  # of Django's own checks
    assert len(found) == len(set(found))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sender", "is_doubtful"),
    [
        ("Tidewire <tidewire@localhost>", True),
        ("tidewire", True),
        ("Tidewire <tidewire@prices.example.com>", False),
        ("tidewire@prices.example.com", False),
    ],
)
def test_it_doubts_in_production_a_sender_that_mail_servers_refuse(
    settings: Settings, sender: str, is_doubtful: bool
) -> None:
    settings.ENVIRONMENT, settings.DEFAULT_FROM_EMAIL = "production", sender
    settings.EMAIL_URL = "smtp://mail.example.com"
    assert any("DEFAULT_FROM_EMAIL" in finding.text for finding in look_at_settings()) == is_doubtful
    settings.EMAIL_URL = ""  # a folder takes mails of any sender
    assert not any("DEFAULT_FROM_EMAIL" in finding.text for finding in look_at_settings())
