"""The address of whoever asks, behind any number of proxies of ours. Pure."""

import re
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

_WITH_PORT = re.compile(r"\[(?P<six>[^\]]*)\](?::\d+)?|(?P<four>[\d.]+):\d+")
_CUSTOMER_BITS = 64
_REMEMBERED = 256
"""A connection's address is asked for several times in a row."""


def client_address(forwarded_for: Sequence[str] | str, peer: str, trusted_proxies: int) -> str:
    """Return the client's address: `peer`, or what the trusted proxies have written of whoever came to them.

    Each proxy appends the address that it saw to `X-Forwarded-For` (its values in order, or one text with commas); so
    the client's is the one that the outermost of our proxies wrote, counted from the end. What stands before it anybody
    may have sent. A port is left out; what is no address doesn't count. `peer` is empty for a local socket.

    >>> client_address("6.6.6.6, 203.0.113.9", "10.0.0.2", 1)
    '203.0.113.9'
    """
    text = forwarded_for if isinstance(forwarded_for, str) else ",".join(forwarded_for)
    hops = [hop.strip() for hop in text.split(",") if hop.strip()]
    if trusted_proxies <= 0 or not hops:
        return _plain(peer) or peer
    return _plain(hops[-min(trusted_proxies, len(hops))]) or _plain(peer) or peer


def network_of(address: str) -> str:
    """Return who counts as one: an IPv4 address, or of IPv6 the first address of its /64. What is neither stays.

    A provider gives a customer a /64 at least (RFC 6177; one interface alone takes one, RFC 4291, 2.5.1), so that
    whoever has one address of it has all 2^64. IPv4 inside IPv6 is IPv4.

    >>> network_of("2001:db8:1:2:3:4:5:6"), network_of("203.0.113.9")
    ('2001:db8:1:2::', '203.0.113.9')
    """
    plain = _plain(address)
    if plain is None or ":" not in plain:
        return plain or address
    return str(ip_network(f"{plain}/{_CUSTOMER_BITS}", strict=False).network_address)


@lru_cache(maxsize=_REMEMBERED)
def _plain(text: str) -> str | None:
    """Return the one spelling of an address, None for what is none; IPv4 inside IPv6 is IPv4."""
    with_port = _WITH_PORT.fullmatch(text)
    try:
        address = ip_address((with_port["six"] or with_port["four"] or "") if with_port else text)
    except ValueError:
        return None
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or address).partition("%")[0]
