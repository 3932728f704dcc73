import pytest

from streaming.gateway.login.addresses import client_address


@pytest.mark.parametrize(
    ("forwarded_for", "trusted_proxies", "address"),
    [
        ("", 0, "10.0.0.2"),
        ("6.6.6.6", 0, "10.0.0.2"),
        ("", 1, "10.0.0.2"),
        (" , ,", 1, "10.0.0.2"),
        ("203.0.113.9", 1, "203.0.113.9"),
        ("6.6.6.6, 203.0.113.9", 1, "203.0.113.9"),
        (["6.6.6.6", "203.0.113.9"], 1, "203.0.113.9"),
        ("6.6.6.6, 203.0.113.9, 10.0.0.1", 2, "203.0.113.9"),
        ("203.0.113.9", 2, "203.0.113.9"),
    ],
)
def test_it_believes_only_what_our_own_proxies_wrote(
    forwarded_for: str | list[str], trusted_proxies: int, address: str
) -> None:
    assert client_address(forwarded_for, "10.0.0.2", trusted_proxies) == address
