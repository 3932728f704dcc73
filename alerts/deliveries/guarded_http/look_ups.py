"""Looking up the names of hosts that users choose, whose name servers may never answer.

The machine's resolver blocks for as long as it likes (by resolv.conf(5) 5 s a server, twice), so each look-up has a
thread of the channel's own; a user has only a few of them, and whoever asks waits no longer than the time limit.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from functools import partial

from streaming.workers.bounded_threads import BoundedThreads

LookUp = Callable[[str, int], Awaitable[list[str]]]
"""Returns the addresses of a host, for a port; raises `OSError` where there are none, `TimeoutError` among them."""


class LookUps:
    """The look-ups of one channel's hosts.

    At most `most` at a time, `most_each` of one user, each for `seconds` at the longest.
    """

    def __init__(self, channel: str, *, most: int, most_each: int, seconds: float) -> None:
        self._threads = BoundedThreads(f"look-ups by {channel}", most=most, most_each=most_each)
        self._seconds = seconds

    def of(self, user_id: int) -> LookUp:
        """Return what looks up a user's names."""
        return partial(self._addresses, user_id)

    async def _addresses(self, user_id: int, host: str, port: int) -> list[str]:
        try:
            async with asyncio.timeout(self._seconds):
                return await self._threads.run(user_id, _addresses, host, port)
        except TimeoutError as error:
            raise TimeoutError(f"no answer within {self._seconds:g} s") from error


def _addresses(host: str, port: int) -> list[str]:
    """Ask the machine's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
