"""What `python -m benchmarks` was asked to measure, and how."""

import msgspec


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """`servers` names those that are compared (none: all); `seconds` is how long one is measured under one load.

    `night` is how many symbols are trained, on how many days of candles.
    """

    rounds: int = 5
    seconds: float = 5.0
    clients: tuple[int, ...] = (200, 1000)
    servers: tuple[str, ...] = ()
    night: tuple[int, int] = (4, 90)
