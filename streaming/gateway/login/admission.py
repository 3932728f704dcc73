"""How many connections one address and one user may have at a gateway. Pure."""

from collections import Counter

from streaming.identity.addresses import network_of


class TooManyConnectionsError(Exception):
    """One connection more than the address or the user may have."""


class Admission:
    """Counts a process's connections by address (of IPv6 by /64) and by user; an empty name isn't limited."""

    def __init__(self, *, per_address: int, per_user: int) -> None:
        self._per_address = per_address
        self._per_user = per_user
        self._addresses: Counter[str] = Counter()
        self._users: Counter[str] = Counter()

    def admit(self, address: str) -> "Seat":
        """Return a seat for a connection from `address`; raise `TooManyConnectionsError` where it has enough."""
        _take(self._addresses, network_of(address), self._per_address)
        return Seat(self, address)

    def admit_user(self, user_id: str) -> None:
        """Count a connection as the user's; raise `TooManyConnectionsError` where the user has enough."""
        _take(self._users, user_id, self._per_user)

    def leave(self, address: str, user_id: str) -> None:
        """Count a connection no more; an empty `user_id` belongs to one that never logged in."""
        _give_back(self._addresses, network_of(address))
        _give_back(self._users, user_id)


class Seat:
    """One connection's place, to be given back once it has ended; giving it back twice is harmless."""

    def __init__(self, admission: Admission, address: str) -> None:
        self._admission = admission
        self.address = address
        self._user_id = ""
        self._is_taken = True

    def log_in(self, user_id: str) -> None:
        """Count the connection as the user's; raise `TooManyConnectionsError` where the user has enough."""
        if not self._user_id:
            self._admission.admit_user(user_id)
            self._user_id = user_id

    def give_back(self) -> None:
        """Make room for another."""
        if self._is_taken:
            self._is_taken = False
            self._admission.leave(self.address, self._user_id)


def _take(counter: Counter[str], name: str, maximum: int) -> None:
    if name and counter[name] >= maximum:
        raise TooManyConnectionsError
    counter[name] += 1


def _give_back(counter: Counter[str], name: str) -> None:
    counter[name] -= 1
    if counter[name] <= 0:
        del counter[name]
