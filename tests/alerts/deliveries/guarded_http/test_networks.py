"""Which addresses may be reached."""

import pytest

from alerts.deliveries.guarded_http import AllowedNetworks

PUBLIC = ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1"]
PRIVATE = [
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1",
    "169.254.169.254", "192.0.0.1", "198.18.0.1", "224.0.0.1", "239.1.2.3", "240.0.0.1", "255.255.255.255",
    "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::10.0.0.1",
    "64:ff9b::169.254.169.254", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::", "2001:0:7f00:1::",
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_it_allows_the_public_internet(address: str) -> None:
    assert AllowedNetworks().allows(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_it_refuses_what_is_not_public_however_it_is_written(address: str) -> None:
    assert not AllowedNetworks().allows(address)


@pytest.mark.parametrize("text", ["", "example.com", "127.1", "0x7f000001", "2130706433", "1.1.1.1:80"])
def test_it_refuses_what_is_no_address(text: str) -> None:
    assert not AllowedNetworks().allows(text)


def test_it_allows_the_networks_that_are_named_and_no_others() -> None:
    allowed = AllowedNetworks(["10.1.0.0/16", " fd00::/64 ", ""])
    assert allowed.allows("10.1.255.1")
    assert allowed.allows("::ffff:10.1.0.1")
    assert allowed.allows("fd00::7")
    assert not allowed.allows("10.2.0.1")
    assert not allowed.allows("127.0.0.1")


def test_it_refuses_a_network_that_is_none() -> None:
    with pytest.raises(ValueError, match="home"):
        AllowedNetworks(["home"])
