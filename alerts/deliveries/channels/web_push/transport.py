"""Pushes to each of the user's browsers; one that takes it is enough."""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import msgspec
from pywebpush import WebPusher

from alerts.deliveries.channels.web_push.vapid import VapidKey
from alerts.deliveries.errors import DeliveryFailedError, UnreachableError
from alerts.deliveries.guarded_http import AllowedNetworks, LookUps, post
from alerts.deliveries.message import Message, PushAddress
from alerts.events import Severity
from streaming.clock import Clock
from streaming.times import iso_time

_GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)  # RFC 8030, 7.3: the browser is subscribed no more
_KEPT_SECONDS = 24 * 3600
_LONGEST_BODY = 1000  # a push service takes 4096 bytes in all (RFC 8030, 7.2)
_URGENCY = {Severity.INFO: "normal", Severity.WARNING: "normal", Severity.CRITICAL: "high"}


Forget = Callable[[int], Awaitable[None]]


class WebPushTransport:
    """Pushes a notification to all browsers of its user. `forget` is told the id of a subscription that is no more."""

    slots = 16
    batch = 1

    def __init__(
        self,
        key: VapidKey | None,
        *,
        forget: Forget,
        allowed: AllowedNetworks,
        look_ups: LookUps,
        timeout_seconds: float,
        clock: Clock,
    ) -> None:
        self._key = key
        self._forget = forget
        self._allowed = allowed
        self._look_ups = look_ups
        self._timeout_seconds = timeout_seconds
        self._clock = clock

    async def send(self, message: Message) -> None:
        """Push it; raise `UnreachableError` where no browser is subscribed (any more)."""
        if self._key is None:
            raise UnreachableError("web push is off here")
        if not message.browsers:
            raise UnreachableError("no browser is subscribed")
        key = self._key
        outcomes = await asyncio.gather(*(self._failure(key, browser, message) for browser in message.browsers))
        failures = [failure for failure in outcomes if failure is not None]
        if len(failures) == len(outcomes):
            raise next((failure for failure in failures if not isinstance(failure, UnreachableError)), failures[0])

    async def _failure(self, key: VapidKey, browser: PushAddress, message: Message) -> DeliveryFailedError | None:
        """Push to one browser; return what went wrong."""
        try:
            await self._push(key, browser, message)
        except DeliveryFailedError as failure:
            return failure
        return None

    async def _push(self, key: VapidKey, browser: PushAddress, message: Message) -> None:
        headers = {
            "Authorization": key.authorization(browser.endpoint, self._clock.now_ms() // 1000),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(_KEPT_SECONDS),
            "Urgency": _URGENCY[message.notification.severity],
        }
        body = _encrypted(browser, push_payload(message))
        answer = await post(
            browser.endpoint,
            body,
            headers,
            allowed=self._allowed,
            look_up=self._look_ups.of(message.user_id),
            timeout_seconds=self._timeout_seconds,
        )
        if answer.status in _GONE:
            await self._forget(browser.id)
            raise UnreachableError("the browser is subscribed no more")
        if not answer.is_success:
            raise DeliveryFailedError(f"the push service answered {answer.status}", pause_seconds=answer.pause_seconds)


def push_payload(message: Message) -> bytes:
    """Return what the page's service worker is given: the notification, and its `count`.

    Of its `data` only the symbol, to which a click leads: there is little room.
    """
    notification = message.notification
    return msgspec.json.encode(
        {
            "id": notification.id,
            "seq": notification.seq,
            "kind": notification.kind,
            "severity": notification.severity,
            "title": notification.title,
            "body": notification.body[:_LONGEST_BODY],
            "rule": notification.rule,
            "created": iso_time(notification.time),
            "count": message.count,
            "data": {} if message.alert is None else {"symbol": message.alert.symbol},
        }
    )


def _encrypted(browser: PushAddress, payload: bytes) -> bytes:
    keys = {"p256dh": browser.p256dh, "auth": browser.auth}
    try:
        body: bytes = WebPusher({"endpoint": browser.endpoint, "keys": keys}).encode(payload)["body"]
    except Exception as error:  # whatever its libraries raise at keys that no browser has made
        raise UnreachableError("the keys of the browser's subscription are wrong") from error
    return body
