"""Which addresses may be reached."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

import pytest

from alerts.deliveries.guarded_http import AllowedNetworks

PUBLIC = [
    "1.1.1.1", "93.184.216.34", "192.0.1.0", "192.88.98.255", "192.88.100.0", "198.17.255.255", "198.20.0.0",
    "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0", "169.253.255.255", "169.255.0.0",
    "223.255.255.255", "192.31.196.1", "192.52.193.1", "192.175.48.1",
    "2606:4700:4700::1111", "2001:200::1", "2001:db7:ffff::1", "2001:db9::1", "2620:4f:8000::1", "3fff:1000::1",
    "::ffff:1.1.1.1", "64:ff9b::1.1.1.1",
]  # fmt: skip
SPECIAL_IPV4 = {
    "this network": "0.0.0.0/8",
    "private, ten": "10.0.0.0/8",
    "shared by a carrier": "100.64.0.0/10",
    "this machine": "127.0.0.0/8",
    "link-local": "169.254.0.0/16",
    "private, 172": "172.16.0.0/12",
    "of protocols": "192.0.0.0/24",
    "service continuity": "192.0.0.0/29",
    "the dummy address": "192.0.0.8/32",
    "port control": "192.0.0.9/32",
    "relays around translators": "192.0.0.10/32",
    "discovery of NAT64": "192.0.0.170/31",
    "documentation, first": "192.0.2.0/24",
    "relays of 6to4": "192.88.99.0/24",
    "private, 192": "192.168.0.0/16",
    "benchmarks": "198.18.0.0/15",
    "documentation, second": "198.51.100.0/24",
    "documentation, third": "203.0.113.0/24",
    "multicast": "224.0.0.0/4",
    "reserved": "240.0.0.0/4",
    "broadcast": "255.255.255.255/32",
}
SPECIAL_IPV6 = {
    "nobody": "::/128",
    "this machine": "::1/128",
    "compatible with IPv4": "::/96",
    "NAT64 of one's own": "64:ff9b:1::/48",
    "discarded": "100::/64",
    "a dummy prefix": "100:0:0:1::/64",
    "of protocols": "2001::/23",
    "Teredo": "2001::/32",
    "port control": "2001:1::1/128",
    "relays around translators": "2001:1::2/128",
    "service registration": "2001:1::3/128",
    "benchmarks": "2001:2::/48",
    "relays of multicast": "2001:3::/32",
    "AS112": "2001:4:112::/48",
    "ORCHID": "2001:10::/28",
    "ORCHID, second": "2001:20::/28",
    "drones": "2001:30::/28",
    "documentation": "2001:db8::/32",
    "6to4": "2002::/16",
    "documentation, large": "3fff::/20",
    "unassigned": "4000::/3",
    "segments of routes": "5f00::/16",
    "of a site": "fc00::/7",
    "link-local": "fe80::/10",
    "of a site, given up": "fec0::/10",
    "multicast": "ff00::/8",
}
WITHIN = ["10.0.0.1", "127.0.0.1", "169.254.169.254", "192.0.0.8", "192.88.99.1", "224.0.0.1"]


def edges(network: IPv4Network | IPv6Network) -> list[str]:
    """Return the first and the last address of a network."""
    return [str(network[0]), str(network[-1])]


def carrying(inner: IPv4Address) -> list[str]:
    """Return an address of IPv4 in all the ways in which IPv6 carries one."""
    teredo_client = IPv4Address(int(inner) ^ 0xFFFF_FFFF)
    words = f"{int(inner) >> 16:x}:{int(inner) & 0xFFFF:x}"
    return [
        f"::ffff:{inner}",
        f"::ffff:{words}",
        f"::{inner}",
        f"64:ff9b::{inner}",
        f"64:ff9b:1::{inner}",
        f"2002:{words}::1",
        f"2001:0:{words}::1",
        f"2001:0:101:101:0:0:{int(teredo_client) >> 16:x}:{int(teredo_client) & 0xFFFF:x}",
    ]


@pytest.mark.parametrize("address", PUBLIC)
def test_it_allows_the_public_internet(address: str) -> None:
    assert AllowedNetworks().allows(address)


@pytest.mark.parametrize("what", SPECIAL_IPV4)
def test_it_refuses_what_is_special_of_ipv4(what: str) -> None:
    for address in edges(ip_network(SPECIAL_IPV4[what])):
        assert not AllowedNetworks().allows(address), address
        assert not AllowedNetworks().allows(f"::ffff:{address}"), address


@pytest.mark.parametrize("what", SPECIAL_IPV6)
def test_it_refuses_what_is_special_of_ipv6(what: str) -> None:
    for address in edges(ip_network(SPECIAL_IPV6[what])):
        assert not AllowedNetworks().allows(address), address


@pytest.mark.parametrize("inner", WITHIN)
def test_it_refuses_what_is_special_however_ipv6_carries_it(inner: str) -> None:
    for address in carrying(IPv4Address(inner)):
        assert not AllowedNetworks().allows(address), address


@pytest.mark.parametrize("network", ["2002::/16", "2001::/32"])
def test_it_judges_what_an_allowed_tunnel_carries(network: str) -> None:
    allowed = AllowedNetworks([network])
    through = [one for one in carrying(IPv4Address("10.0.0.1")) if IPv6Address(one) in IPv6Network(network)]
    assert through
    assert not any(allowed.allows(address) for address in through)


@pytest.mark.parametrize("address", ["fe80::1%eth0", "127.0.0.1%1"])
def test_it_refuses_a_special_address_with_a_zone(address: str) -> None:
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
