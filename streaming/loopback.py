"""Whether an address is this machine's own: no proxy leads there, whatever the environment says. Pure."""

import ipaddress
from urllib.parse import urlsplit


def is_loopback(url: str) -> bool:
    """Return whether `is_loopback_host` says so of the host of `url`."""
    return is_loopback_host(urlsplit(url).hostname or "")


def is_loopback_host(host: str) -> bool:
    """Return whether it is `localhost`, or `is_loopback_address` says so of it."""
    return host == "localhost" or is_loopback_address(host)


def is_loopback_address(text: str) -> bool:
    """Return whether it is an address of the loopback interface, and no name; IPv4 inside IPv6 is IPv4."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    inner = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (inner or address).is_loopback
