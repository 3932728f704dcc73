"""What the clients of a run have in common: where the gateways are, how they log in, and what is counted of them."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from random import Random

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.soak.clients.dialects import Dialect

TOKEN_SECONDS = 120.0
"""A token is used for so long before another is fetched."""
_OPEN_SECONDS = 10.0


def now_ms() -> int:
    """Return the time in ms since the epoch, by the clock that the exchange uses as well."""
    return time.time_ns() // 1_000_000


class Counts:
    """What clients did and what befell them, counted; `closes` by code.

    `unforeseen` are errors that nothing explains.
    """

    def __init__(self) -> None:
        self.frames = 0
        self.moves: Counter[str] = Counter()
        self.closes: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.unforeseen: list[str] = []


class Door:
    """The way in: the gateways' base addresses (`http://…`), and a function that logs a user in."""

    def __init__(self, gateways: Sequence[str], log_in: Callable[[], str]) -> None:
        self._gateways = gateways
        self._log_in = log_in
        self._logging_in = asyncio.Lock()
        self._token, self._token_at = "", 0.0

    async def fresh_token(self) -> str:
        """Return an access token; many clients share one for a while, as the login is limited."""
        async with self._logging_in:
            if not self._token or time.monotonic() - self._token_at > TOKEN_SECONDS:
                self._token = await asyncio.to_thread(self._log_in)
                self._token_at = time.monotonic()
        return self._token

    def base(self, gateway: int) -> str:
        """Return a gateway's base address."""
        return self._gateways[gateway % len(self._gateways)]

    def url(self, dialect: Dialect, gateway: int, token: str = "") -> str:
        """Return the endpoint of a dialect at a gateway."""
        base = self.base(gateway).replace("http", "ws", 1)
        return base + dialect.path + (f"?token={token}" if token else "")

    async def open(
        self, dialect: Dialect, gateway: int, *, token: str = "", queue: int = 64, address: str = ""
    ) -> ClientConnection:
        """Connect; raise what `websockets` raises. `queue` frames at most are read ahead, from an own `address`."""
        return await connect(
            self.url(dialect, gateway, token),
            subprotocols=dialect.subprotocols,  # type: ignore[arg-type]
            open_timeout=_OPEN_SECONDS,
            close_timeout=2.0,
            max_queue=queue,
            max_size=None,
            compression=None,
            proxy=None,
            local_addr=(address, 0) if address else None,
        )


NOT_THERE = (OSError, InvalidHandshake, TimeoutError, EOFError)
"""What connecting raises while a gateway is away."""


def reason_of(closed: ConnectionClosed) -> str:
    """Return a close code as people read it; 1006 where the other side just went."""
    return str(closed.rcvd.code) if closed.rcvd is not None else "1006"


def pause(random: Random, mean: float) -> float:
    """Return a random time in seconds, never more than four times the mean."""
    return min(random.expovariate(1 / mean), 4 * mean)
