"""What the end of a connection means."""

import pytest
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosedError, ConnectionClosedOK, InvalidStatus
from websockets.http11 import Response

from streaming.market.upstream.counts import Ending
from streaming.market.upstream.failure import Failure, SilentError, UnansweredError, failure_of


@pytest.mark.parametrize(
    ("error", "ending"),
    [
        (ConnectionClosedOK(None, None), Ending.LOST),
        (ConnectionClosedError(None, None), Ending.LOST),
        (ConnectionResetError(), Ending.LOST),
        (TimeoutError(), Ending.LOST),
        (SilentError("no data"), Ending.SILENT),
        (UnansweredError("no answer"), Ending.UNANSWERED),
        (LookupError("a fault of ours"), Ending.LOST),
        (None, Ending.LOST),
    ],
)
def test_every_end_has_a_cause_and_words(error: BaseException | None, ending: Ending) -> None:
    failure = failure_of(error, was_open=True)
    assert failure.ending is ending
    assert failure.reason


def test_what_was_never_open_was_not_made() -> None:
    assert failure_of(OSError("refused"), was_open=False) == Failure(ending=Ending.NOT_MADE, reason="refused")


def test_a_refusal_carries_what_the_exchange_asked_for() -> None:
    refusal = InvalidStatus(Response(429, "Too Many Requests", Headers({"Retry-After": "7"})))
    assert failure_of(refusal, was_open=False) == Failure(
        ending=Ending.REFUSED, reason="HTTP 429", status=429, retry_after="7"
    )


def test_an_unforeseen_end_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    failure_of(LookupError("a fault of ours"), was_open=True)
    assert "a fault of ours" in caplog.text
