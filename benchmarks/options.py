"""What `python -m benchmarks` was asked to measure, and how."""

import msgspec


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """`servers` names those that are compared (none: all); `seconds` is how long one is measured under one load.

    `clients` are how many come, in one measurement after the other; nothing: as many as each part has by itself.
    `night` is how many symbols are trained, on how many days of candles. `touching` is how many of a block's
    transactions are to watched addresses, where only that is measured of `wallets`. `minutes` is how long the page's
    memory is watched, `warm_up` how many minutes it runs before they count.
    """

    rounds: int = 5
    seconds: float = 5.0
    clients: tuple[int, ...] = ()
    servers: tuple[str, ...] = ()
    night: tuple[int, int] = (4, 90)
    touching: tuple[int, ...] = ()
    minutes: float = 10.0
    warm_up: float = 1.0

    def clients_or(self, *default: int) -> tuple[int, ...]:
        """Return how many clients are to come, `default` where that was not asked for."""
        return self.clients or default
