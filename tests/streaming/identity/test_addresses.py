import pytest

from streaming.identity.addresses import client_address, network_of


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


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:DB8:1:2::9", "2001:db8:1:2::"),
        ("2001:db8:1:3::9", "2001:db8:1:3::"),
        ("fe80::1%eth0", "fe80::"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("", ""),
        ("unix", "unix"),
    ],
)
def test_it_takes_the_network_of_a_customer_for_one(address: str, network: str) -> None:
    assert network_of(address) == network
