"""The answer to `GET /metrics`, whichever server asks for it."""

from collections.abc import Mapping
from http import HTTPStatus

import msgspec

from streaming.metrics.collecting import Collector
from streaming.metrics.exposition import written
from streaming.metrics.guard import MetricsGuard

PATH = "/metrics"
_TEXT = "text/plain; charset=utf-8"
_METHODS = ("GET", "HEAD")


class PageAnswer(msgspec.Struct, frozen=True):
    """An answer over HTTP."""

    status: HTTPStatus
    body: bytes
    content_type: str = _TEXT

    @property
    def headers(self) -> dict[str, str]:
        """Its headers; no cache keeps it."""
        headers = {"Content-Type": self.content_type, "Cache-Control": "no-store"}
        return headers | ({"Allow": ", ".join(_METHODS)} if self.status is HTTPStatus.METHOD_NOT_ALLOWED else {})


async def metrics_page(
    collector: Collector, guard: MetricsGuard, *, method: str, headers: Mapping[str, str], peer: str
) -> PageAnswer:
    """Return the metrics, or why not; `headers` by their names in small letters, `peer` as the socket says."""
    refused = guard.refusal(headers, peer)
    if refused is None and method not in _METHODS:
        refused = HTTPStatus.METHOD_NOT_ALLOWED
    if refused is not None:
        return PageAnswer(refused, f"{refused.phrase}\n".encode())
    body, content_type = written(await collector.collect(), headers.get("accept", ""))
    return PageAnswer(HTTPStatus.OK, b"" if method == "HEAD" else body, content_type)
