"""Which URLs a user may give."""

import pytest

from alerts.deliveries.guarded_http import AllowedNetworks, refusal_of_url

EVERYTHING_ELSE = "must be a URL such as https://example.com/hook"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "https://example.com:8443/hook?key=1",
        "http://example.com/hook",
        "https://1.1.1.1/",
        "https://[2606:4700::1]/",
    ],
)
def test_it_takes_addresses_of_the_web(url: str) -> None:
    assert refusal_of_url(url, AllowedNetworks()) == ""


@pytest.mark.parametrize(
    "url",
    ["", "example.com", "ftp://example.com", "javascript:alert(1)", "https://", "https://a:port/", "https://[::1"],
)
def test_it_refuses_what_is_no_address_of_the_web(url: str) -> None:
    assert refusal_of_url(url, AllowedNetworks()) == EVERYTHING_ELSE


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://169.254.169.254/latest",
        "http://localhost:80/",
        "http://LOCALHOST./",
    ],
)
def test_it_refuses_private_addresses_as_they_are_written(url: str) -> None:
    assert refusal_of_url(url, AllowedNetworks()) == "must be an address of the public internet"


def test_it_takes_private_addresses_that_are_allowed() -> None:
    allowed = AllowedNetworks(["127.0.0.0/8"])
    assert refusal_of_url("http://127.0.0.1:9000/hook", allowed) == ""
    assert refusal_of_url("http://localhost:9000/hook", allowed) == ""


def test_it_refuses_a_user_name_and_a_password() -> None:
    assert refusal_of_url("https://ada:secret@example.com/", AllowedNetworks()) == (
        "must not hold a user name or a password"
    )


@pytest.mark.parametrize("url", ["https://exämple.com/", "https://example.com/a b", "https://example.com/\n"])
def test_it_refuses_what_would_not_fit_into_a_request(url: str) -> None:
    assert refusal_of_url(url, AllowedNetworks()) == "must be written in ASCII, without spaces"
