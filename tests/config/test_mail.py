"""The settings of mail, from one URL."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.mail import FOLDER_BACKEND, mail_settings

SMTP = "django.core.mail.backends.smtp.EmailBackend"


def test_it_writes_into_the_folder_without_a_url() -> None:
    assert mail_settings("", timeout=10) == {"EMAIL_BACKEND": FOLDER_BACKEND}


def test_it_reads_server_user_and_encryption() -> None:
    read = mail_settings("smtp://ada:p%40ss@mail.example.com:587/?tls=True", timeout=10)
    assert read["EMAIL_BACKEND"] == SMTP
    assert (read["EMAIL_HOST"], read["EMAIL_PORT"]) == ("mail.example.com", 587)
    assert (read["EMAIL_HOST_USER"], read["EMAIL_HOST_PASSWORD"]) == ("ada", "p@ss")
    assert (read["EMAIL_USE_TLS"], read["EMAIL_USE_SSL"], read["EMAIL_TIMEOUT"]) == (True, False, 10)


def test_it_waits_as_long_as_the_url_says() -> None:
    assert mail_settings("smtp://mail.example.com?timeout=3", timeout=10)["EMAIL_TIMEOUT"] == 3


@pytest.mark.parametrize("url", ["mail.example.com", "http://mail.example.com", "pigeon://loft"])
def test_it_refuses_what_is_no_mail_server(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL must be"):
        mail_settings(url, timeout=10)
