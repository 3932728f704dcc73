"""Where passwords are hashed: a few at a time in a process, on threads of their own, whoever asks and by whatever way.

Argon2id with 19 MiB of memory, two passes and one lane, as OWASP's Password Storage Cheat Sheet advises. The threads do
nothing else, so that what the C library's allocator keeps after a hash is kept once a thread, and not by each of the
many threads that serve requests. Requests should rather wait at `queue`, where waiting holds no connection.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, partial
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher, BasePasswordHasher, PBKDF2PasswordHasher

from accounts.errors import PasswordHashingBusyError
from streaming.database.fair_queries import turn_set_aside

Result = TypeVar("Result")


class HashingThreads:
    """So many threads that hash; whoever comes while all are busy waits in the order of coming."""

    def __init__(self, *, at_a_time: int, waiting: int) -> None:
        self._most = at_a_time + waiting
        self._under_way = 0
        self._lock = threading.Lock()
        self._of_thread = threading.local()
        self._executor = ThreadPoolExecutor(at_a_time, "password-hashing", initializer=self._mark)

    def run(self, work: Callable[[], Result]) -> Result:
        """Return what `work` returns, done by one of the threads.

        The caller's thread waits, and others have its turn at the database. Raise `PasswordHashingBusyError` where as
        many wait as may. What the threads themselves ask is done at once.
        """
        if getattr(self._of_thread, "hashes", False):
            return work()
        with self._place(), turn_set_aside():
            return self._executor.submit(work).result()

    @contextmanager
    def _place(self) -> Iterator[None]:
        with self._lock:
            if self._under_way >= self._most:
                raise PasswordHashingBusyError
            self._under_way += 1
        try:
            yield
        finally:
            with self._lock:
                self._under_way -= 1

    def _mark(self) -> None:
        self._of_thread.hashes = True


@cache
def hashing_threads() -> HashingThreads:
    """Return this process's threads, with the settings of when they were first asked for."""
    return HashingThreads(at_a_time=settings.PASSWORD_HASHES_AT_A_TIME, waiting=settings.PASSWORD_HASHES_WAITING)


class Bounded(BasePasswordHasher):
    """Lets a hasher work on the hashing threads alone; stands first among the bases of a hasher's class."""

    def encode(self, password: str, salt: str, *parameters: Any) -> str:
        """Return the hash; raise `PasswordHashingBusyError` where too many wait."""
        return hashing_threads().run(partial(super().encode, password, salt, *parameters))

    def verify(self, password: str, encoded: str) -> bool:
        """Return whether the hash is that of the password; raise `PasswordHashingBusyError` where too many wait."""
        return hashing_threads().run(partial(super().verify, password, encoded))


class BoundedArgon2Hasher(Bounded, Argon2PasswordHasher):
    """Argon2id (RFC 9106) with OWASP's least parameters; a hash with others is made anew at the next log-in."""

    memory_cost = 19_456  # KiB
    time_cost = 2
    parallelism = 1


class BoundedPBKDF2Hasher(Bounded, PBKDF2PasswordHasher):
    """For hashes from before; a log-in makes them anew by the first hasher."""
