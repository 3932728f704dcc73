"""Why a connection ended or was not made: the cause, the words for it, and what the exchange asked for."""

import msgspec
import structlog
from websockets.exceptions import InvalidStatus, WebSocketException

from streaming.market.upstream.counts import Ending

logger = structlog.get_logger(__name__)


class UnansweredError(Exception):
    """The exchange did not answer a request, however often it was repeated."""


class SilentError(Exception):
    """The exchange says nothing, though it should."""


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """`status` is the HTTP status that a handshake was answered with, and `retry_after` the header of that name."""

    ending: Ending
    reason: str
    status: int | None = None
    retry_after: str | None = None


def failure_of(error: BaseException | None, *, was_open: bool) -> Failure:
    """Return what a connection's end means, from what it raised."""
    reason = str(error) or type(error).__name__
    match error:
        case InvalidStatus():
            return _refusal(error)
        case SilentError():
            return Failure(ending=Ending.SILENT, reason=reason)
        case UnansweredError():
            return Failure(ending=Ending.UNANSWERED, reason=reason)
        case OSError() | WebSocketException():  # OSError includes TimeoutError
            pass
        case _:
            logger.error("a connection to the exchange has failed in an unforeseen way", exc_info=error)
    return Failure(ending=Ending.LOST if was_open else Ending.NOT_MADE, reason=reason)


def _refusal(error: InvalidStatus) -> Failure:
    status = error.response.status_code
    retry_after = next(iter(error.response.headers.get_all("Retry-After")), None)
    return Failure(ending=Ending.REFUSED, reason=f"HTTP {status}", status=status, retry_after=retry_after)
