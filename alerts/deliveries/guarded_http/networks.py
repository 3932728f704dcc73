"""Which addresses may be reached: those of the public internet, and what the deployment allows besides. Pure.

An address that carries another one inside (IPv4 within IPv6: mapped, 6to4, Teredo, NAT64) is judged by that one too.
"""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address

_NAT64 = IPv6Network("64:ff9b::/96")
_NAT64_LOCAL = IPv6Network("64:ff9b:1::/48")
_COMPATIBLE = IPv6Network("::/96")
_SITE_LOCAL = IPv6Network("fec0::/10")


class ForbiddenAddressError(Exception):
    """A host that may not be reached."""

    def __init__(self, host: str) -> None:
        super().__init__(f"{host} is not an address of the public internet")
        self.host = host


class AllowedNetworks:
    """The public internet, and the networks that are named (`10.1.0.0/16`); raise `ValueError` for a wrong name."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._networks: tuple[IPv4Network | IPv6Network, ...] = tuple(
            ip_network(name.strip(), strict=False) for name in names if name.strip()
        )

    def allows(self, text: str) -> bool:
        """Return whether the address may be reached; False for what isn't one."""
        try:
            address = ip_address(text.partition("%")[0])
        except ValueError:
            return False
        return all(self._allows_one(one) for one in _with_inner(address))

    def _allows_one(self, address: Address) -> bool:
        return _is_public(address) or any(address in network for network in self._networks)


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None or address in _NAT64:  # the one inside counts
            return True
        if address in _COMPATIBLE or address in _NAT64_LOCAL or address in _SITE_LOCAL:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _with_inner(address: Address) -> Iterator[Address]:
    yield address
    if isinstance(address, IPv6Address):
        inner = (address.ipv4_mapped, address.sixtofour, *(address.teredo or ()))
        yield from (one for one in inner if one is not None)
        if address in _NAT64:
            yield IPv4Address(int(address) & 0xFFFF_FFFF)
