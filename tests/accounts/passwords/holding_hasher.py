"""A password hasher that works only when it is let, and counts how many work at once: for tests of who waits."""

import threading

from django.contrib.auth.hashers import MD5PasswordHasher

from accounts.passwords.hashing import Bounded

_EVERYBODY = 10_000


class Gate:
    """Holds up whoever hashes until it is opened, or lets one through."""

    def __init__(self) -> None:
        self._permits = threading.Semaphore(0)
        self.inside = 0
        self.most = 0
        self.order: list[str] = []
        self._lock = threading.Lock()

    def open(self) -> None:
        """Let everybody through from now on."""
        self._permits.release(_EVERYBODY)

    def let_one_through(self) -> None:
        """Let one of those through who stand here, or the next to come."""
        self._permits.release()

    def pass_through(self, password: str) -> None:
        """Wait until the gate is opened; `most` tells how many have stood here at the same time."""
        with self._lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
            self.order.append(password)
        try:
            assert self._permits.acquire(timeout=20)
        finally:
            with self._lock:
                self.inside -= 1


class UnboundedHoldingHasher(MD5PasswordHasher):
    """MD5 behind `gate`, without any bound of ours."""

    algorithm = "holding"
    gate = Gate()

    def encode(self, password: str, salt: str) -> str:
        """Hash, once the gate is open."""
        type(self).gate.pass_through(password)
        return super().encode(password, salt)


class HoldingHasher(Bounded, UnboundedHoldingHasher):
    """The same within the bounds of a process."""

    algorithm = "holding"
