"""What is called when the upstream has something to say."""

from collections.abc import Callable
from typing import ParamSpec

import msgspec
import structlog

from streaming.market.sources.messages import Received
from streaming.market.upstream.connection_changes import ConnectionChange

logger = structlog.get_logger(__name__)

Parameters = ParamSpec("Parameters")


class Callbacks(msgspec.Struct, frozen=True, kw_only=True):
    """None of them may wait or block."""

    handle: Callable[[Received], None]
    observe: Callable[[], None]
    tell: Callable[[ConnectionChange], None]
    interrupted: Callable[[frozenset[str], str], None]
    restored: Callable[[frozenset[str]], None]


def guarded(callback: Callable[Parameters, None]) -> Callable[Parameters, None]:
    """Return what calls `callback` and logs what it raises: a fault of a listener must not end a connection."""

    def call(*args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        try:
            callback(*args, **kwargs)
        except Exception:
            logger.exception("a listener to the exchange has failed")

    return call
