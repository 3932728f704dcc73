"""The exchange's REST interface: polite, within a budget of weight, and honest about why it did not answer."""

import asyncio
import ssl
from collections.abc import Mapping
from functools import cache

import httpx2
import msgspec
import structlog
from django.conf import settings

from streaming.clock import Clock, SystemClock
from streaming.loopback import is_loopback
from streaming.market.retry_after import retry_after_seconds

_TOO_MANY_REQUESTS, _BANNED = 429, 418
_WINDOW_SECONDS = 60.0
_OK = 200
USED_WEIGHT_HEADER = "X-MBX-USED-WEIGHT-1M"

logger = structlog.get_logger(__name__)


class ExchangeError(Exception):
    """The exchange gave no answer that can be used."""


class ExchangeUnavailableError(ExchangeError):
    """It could not be reached, did not answer in time, or failed."""


class ExchangeRefusedError(ExchangeError):
    """It answered that the request is wrong; `status` is HTTP's, `body` what it said."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(f"the exchange refused: HTTP {status} {body[:200]!r}")
        self.status = status
        self.body = body


class ExchangeBusyError(ExchangeError):
    """The exchange's limit, or our budget, is used up; worth asking again after `retry_after` seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"the exchange's limit is used up; again in {retry_after:.0f} s")
        self.retry_after = retry_after


class WeightBudget:
    """How much weight may still be used in this minute; `reserved` of it only for what is essential. Pure."""

    def __init__(self, per_minute: int, clock: Clock, *, reserved: int = 0) -> None:
        self._per_minute = per_minute
        self._reserved = reserved
        self._clock = clock
        self._window = 0.0
        self._used = 0
        self._blocked_until = 0.0

    def spend(self, weight: int, *, essential: bool = False) -> float:
        """Use `weight` and return 0; or return the seconds to wait, where it may not be used now."""
        now = self._clock.monotonic()
        if now < self._blocked_until:
            return self._blocked_until - now
        if now - self._window >= _WINDOW_SECONDS:
            self._window, self._used = now, 0
        if self._used + weight > self._per_minute - (0 if essential else self._reserved):
            return self._window + _WINDOW_SECONDS - now
        self._used += weight
        return 0.0

    def block(self, seconds: float) -> None:
        """Allow nothing for `seconds`: the exchange said so."""
        self._blocked_until = max(self._blocked_until, self._clock.monotonic() + seconds)


class ExchangeRest:
    """One exchange's REST interface.

    `timeout` is for the whole of a request, in seconds; an answer of over `maximum_bytes` (unpacked) counts as none.
    """

    def __init__(
        self,
        base_url: str,
        *,
        timeout: float,
        budget: WeightBudget,
        rate_limit_wait: float = 60.0,
        maximum_bytes: int = 64 * 1024 * 1024,
    ) -> None:
        self._base_url = base_url
        self._timeout = timeout
        self._budget = budget
        self._rate_limit_wait = rate_limit_wait
        self._maximum_bytes = maximum_bytes
        self._trust_environment = not is_loopback(base_url)

    async def get(
        self, path: str, parameters: Mapping[str, str | int] | None = None, *, weight: int, essential: bool = False
    ) -> bytes:
        """Return the body of the answer to a GET; raise an `ExchangeError` where there is none.

        What is `essential` may use the part of the budget that is reserved for it.
        """
        wait = self._budget.spend(weight, essential=essential)
        if wait:
            raise ExchangeBusyError(wait)
        response, body = await self._request(path, parameters or {})
        status = response.status_code
        if status in {_TOO_MANY_REQUESTS, _BANNED}:
            seconds = self._retry_after(response)
            self._budget.block(seconds)
            logger.warning("the exchange asks to wait", status=status, seconds=seconds, path=path)
            raise ExchangeBusyError(seconds)
        if status == _OK:
            return body
        if 400 <= status < 500:  # noqa: PLR2004 - HTTP's class of refusals
            raise ExchangeRefusedError(status, body)
        raise ExchangeUnavailableError(f"the exchange failed: HTTP {status}")

    async def _request(self, path: str, parameters: Mapping[str, str | int]) -> tuple[httpx2.Response, bytes]:
        try:
            async with (
                asyncio.timeout(self._timeout),
                self._client() as client,
                client.stream("GET", path, params=dict(parameters)) as response,
            ):
                return response, await self._body(response)
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:  # OSError includes TimeoutError
            raise ExchangeUnavailableError(
                f"the exchange can't be reached: {str(error) or type(error).__name__}"
            ) from error

    async def _body(self, response: httpx2.Response) -> bytes:
        body = bytearray()
        async for part in response.aiter_bytes():
            body += part
            if len(body) > self._maximum_bytes:
                raise ExchangeUnavailableError(f"the exchange's answer is larger than {self._maximum_bytes} bytes")
        return bytes(body)

    def _client(self) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(
            base_url=self._base_url,
            timeout=self._timeout,
            verify=_tls_context(),
            trust_env=self._trust_environment,
        )

    def _retry_after(self, response: httpx2.Response) -> float:
        return retry_after_seconds(response.headers.get("Retry-After"), otherwise=self._rate_limit_wait)


@cache
def _tls_context() -> ssl.SSLContext:
    """Return the one context of this process: reading the certificates costs more than a request."""
    return ssl.create_default_context()


class RestLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds, weights and bytes of an interface."""

    timeout: float
    weight_per_minute: int
    weight_reserved: int
    rate_limit_wait: float
    maximum_bytes: int


@cache
def _rest_of(base_url: str, limits: RestLimits) -> ExchangeRest:
    return ExchangeRest(
        base_url,
        timeout=limits.timeout,
        budget=WeightBudget(limits.weight_per_minute, SystemClock(), reserved=limits.weight_reserved),
        rate_limit_wait=limits.rate_limit_wait,
        maximum_bytes=limits.maximum_bytes,
    )


def rest_from_settings(base_url: str | None = None) -> ExchangeRest:
    """Return the interface at `base_url` (by default, the settings'); one budget for each address and process."""
    limits = RestLimits(
        timeout=settings.EXCHANGE_REST_TIMEOUT_SECONDS,
        weight_per_minute=settings.EXCHANGE_REST_WEIGHT_PER_MINUTE,
        weight_reserved=settings.EXCHANGE_REST_WEIGHT_RESERVED,
        rate_limit_wait=settings.EXCHANGE_RATE_LIMIT_WAIT_SECONDS,
        maximum_bytes=settings.EXCHANGE_REST_MAXIMUM_BYTES,
    )
    return _rest_of(settings.EXCHANGE_REST_URL if base_url is None else base_url, limits)
