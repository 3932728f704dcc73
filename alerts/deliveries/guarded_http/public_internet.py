"""Which addresses are those of the public internet, by IANA's registries, and which carry another one inside. Pure.

The registries of special-purpose addresses (RFC 6890, https://www.iana.org/assignments/iana-ipv4-special-registry and
https://www.iana.org/assignments/iana-ipv6-special-registry) are written out here: what Python's `ipaddress` knows of
them is another with each of its releases. What they don't call globally reachable is not public; nor are the anycast
addresses within 192.0.0.0/24 and 2001::/23, which lead to the nearest device that answers.
"""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address

SPECIAL_IPV4 = tuple(
    IPv4Network(name)
    for name in (
        "0.0.0.0/8",  # this network (RFC 791)
        "10.0.0.0/8",  # private (RFC 1918)
        "100.64.0.0/10",  # shared by a carrier's customers (RFC 6598)
        "127.0.0.0/8",  # this machine (RFC 1122)
        "169.254.0.0/16",  # link-local (RFC 3927); where clouds keep the secrets of a machine
        "172.16.0.0/12",  # private (RFC 1918)
        "192.0.0.0/24",  # of protocols (RFC 6890), the dummy 192.0.0.8 among them (RFC 7600)
        "192.0.2.0/24",  # documentation (RFC 5737)
        "192.88.99.0/24",  # relays of 6to4, given up (RFC 7526)
        "192.168.0.0/16",  # private (RFC 1918)
        "198.18.0.0/15",  # benchmarks (RFC 2544)
        "198.51.100.0/24",  # documentation (RFC 5737)
        "203.0.113.0/24",  # documentation (RFC 5737)
        "224.0.0.0/4",  # multicast (RFC 5771)
        "240.0.0.0/4",  # reserved (RFC 1112), and the broadcast (RFC 919)
    )
)
GLOBAL_UNICAST = IPv6Network("2000::/3")
"""All that IANA gives out of IPv6 (RFC 4291); what is special outside of it needs no list."""
SPECIAL_IPV6 = tuple(
    IPv6Network(name)
    for name in (
        "2001::/23",  # of protocols (RFC 2928): Teredo, benchmarks, ORCHID
        "2001:db8::/32",  # documentation (RFC 3849)
        "2002::/16",  # 6to4 (RFC 3056), whose relays are given up
        "3fff::/20",  # documentation (RFC 9637)
    )
)
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""NAT64's IPv4 addresses (RFC 6052); those of its local prefixes (RFC 8215) are not public."""


def is_public(address: Address) -> bool:
    """Return whether an address is one of the public internet, whatever is inside it: see `inner_addresses`."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in SPECIAL_IPV4)
    if address.ipv4_mapped is not None or address in _TRANSLATED:  # a way to write the one inside, which counts
        return True
    return address in GLOBAL_UNICAST and not any(address in network for network in SPECIAL_IPV6)


def inner_addresses(address: Address) -> Iterator[IPv4Address]:
    """Yield the IPv4 addresses that one of IPv6 carries: mapped, 6to4, Teredo (server and client), NAT64."""
    if isinstance(address, IPv4Address):
        return
    inner = (address.ipv4_mapped, address.sixtofour, *(address.teredo or ()))
    yield from (one for one in inner if one is not None)
    if address in _TRANSLATED:
        yield IPv4Address(int(address) & 0xFFFF_FFFF)
