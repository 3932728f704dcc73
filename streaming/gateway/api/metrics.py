"""`GET /metrics` of a gateway, before everything else that HTTP asks for.

It is answered here rather than by a page of Django: Prometheus reads each process by its own address, which is none of
the hosts that pages are served for, and no limit of users is to hold it up.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from streaming.gateway.runtime import current_runtime
from streaming.metrics.guard import MetricsGuard
from streaming.metrics.page import PATH, PageAnswer, metrics_page

Application = Callable[..., Awaitable[None]]


def with_metrics(application: Application) -> Application:
    """Return the HTTP application with the metrics before it; where they are off, it is asked for them as for all."""

    async def answered(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        guard = MetricsGuard() if scope["path"] == PATH else None
        if guard is None or guard.is_off:
            await application(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        runtime = await current_runtime()
        peer = (scope.get("client") or ("",))[0]
        await _send(
            await metrics_page(runtime.metrics, guard, method=scope["method"], headers=headers, peer=peer), send
        )

    return answered


async def _send(page: PageAnswer, send: Any) -> None:
    headers = [(name.lower().encode(), value.encode()) for name, value in page.headers.items()]
    headers.append((b"content-length", str(len(page.body)).encode()))
    await send({"type": "http.response.start", "status": int(page.status), "headers": headers})
    await send({"type": "http.response.body", "body": page.body})
