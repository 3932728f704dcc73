"""What `python -m benchmarks` was asked to measure, and how."""

import msgspec


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """`servers` names those that are compared (none: all); `seconds` is how long one is measured under one load."""

    rounds: int = 5
    seconds: float = 5.0
    clients: tuple[int, ...] = (200, 1000)
    servers: tuple[str, ...] = ()
