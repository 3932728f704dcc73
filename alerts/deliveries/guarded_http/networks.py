"""Which addresses may be reached: those of the public internet, and what the deployment allows besides. Pure.

An address that carries another one inside (IPv4 within IPv6: mapped, 6to4, Teredo, NAT64) is judged by that one too.
"""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from alerts.deliveries.guarded_http.public_internet import Address, inner_addresses, is_public


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
        return all(self._allows_one(one) for one in (address, *inner_addresses(address)))

    def _allows_one(self, address: Address) -> bool:
        return is_public(address) or any(address in network for network in self._networks)
