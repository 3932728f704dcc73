"""The exchange's REST interface: polite, within a budget of weight, and honest about why it did not answer."""

import asyncio
import ssl
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus

import httpx2
import msgspec
import structlog
from django.conf import settings

from streaming.clock import SystemClock
from streaming.configuration.setting_fields import setting
from streaming.events import Source
from streaming.loopback import is_loopback
from streaming.market.own_source import own_source
from streaming.market.sources.errors import ExchangeBusyError, ExchangeRefusedError, ExchangeUnavailableError
from streaming.market.sources.rest.base_addresses import BaseAddresses
from streaming.market.sources.rest.retry_after import retry_after_seconds
from streaming.market.sources.rest.spacing import Spacing
from streaming.market.sources.rest.weight_budget import WeightBudget

_BUSY = {429, 418}
_NOT_FOR_US = {403, 451}
"""A firewall's refusal, and that of a region: another base address may answer."""
_LONGEST_WEIGHT = 9  # digits

logger = structlog.get_logger(__name__)


class ExchangeRest:
    """One exchange's REST interface, at one or several base addresses.

    `timeout` is for the whole of a request, in seconds; an answer of over `maximum_bytes` (unpacked) counts as none.
    `used_weight_header` is where answers say what all programs at our address have used of this minute, if they do.
    Between two requests there are at least `spacing` seconds.
    """

    def __init__(
        self,
        base: str | BaseAddresses,
        *,
        timeout: float,
        budget: WeightBudget,
        rate_limit_wait: float = 60.0,
        maximum_bytes: int = 64 * 1024 * 1024,
        used_weight_header: str = "",
        spacing: float = 0.0,
    ) -> None:
        self._addresses = BaseAddresses((base,), SystemClock()) if isinstance(base, str) else base
        self._timeout = timeout
        self._budget = budget
        self._rate_limit_wait = rate_limit_wait
        self._maximum_bytes = maximum_bytes
        self._used_weight_header = used_weight_header
        self._spacing = Spacing(spacing, SystemClock())

    @property
    def address(self) -> str:
        """The base address that serves now."""
        return self._addresses.current

    @property
    def used_weight(self) -> int:
        """What all programs at our address have used of this minute's weight, as far as the exchange told us."""
        return self._budget.used_weight

    def keep_away(self, seconds: float) -> None:
        """Ask nothing for so long: the exchange said so otherwise than by HTTP's status."""
        self._budget.block(seconds)

    async def get(
        self, path: str, parameters: Mapping[str, str | int] | None = None, *, weight: int, essential: bool = False
    ) -> bytes:
        """Return the body of the answer to a GET; raise an `ExchangeError` where there is none.

        What is `essential` may use the part of the budget that is reserved for it. Where an address refuses us (403,
        451), the others are asked in turn; where it fails several times in a row, the next serves later requests.
        """
        tried: set[str] = set()
        while True:
            address = self._addresses.choose()
            tried.add(address)
            try:
                self._spend(weight, essential=essential)
                await self._wait_for_moment()
                return await self._ask(address, path, parameters or {})
            except (ExchangeRefusedError, ExchangeUnavailableError) as error:
                if not self._leave(address, error) or self._addresses.current in tried:
                    raise

    def _spend(self, weight: int, *, essential: bool) -> None:
        wait = self._budget.spend(weight, essential=essential)
        if wait:
            raise ExchangeBusyError(wait)

    async def _wait_for_moment(self) -> None:
        await asyncio.sleep(self._spacing.take())
        blocked = self._budget.blocked_seconds()
        if blocked > 0:  # since it waits, the exchange has refused the question before it
            raise ExchangeBusyError(blocked)

    def _leave(self, address: str, error: ExchangeRefusedError | ExchangeUnavailableError) -> bool:
        """Note what `address` did; return whether to ask another at once."""
        refused = isinstance(error, ExchangeRefusedError)
        if isinstance(error, ExchangeRefusedError) and error.status not in _NOT_FOR_US:
            self._addresses.worked(address)
            return False
        before = self._addresses.current
        again = self._addresses.failed(address, refused=refused)
        if self._addresses.current != before:
            logger.warning("another address of the exchange is used", left=before, used=self.address, reason=str(error))
        return again

    async def _ask(self, address: str, path: str, parameters: Mapping[str, str | int]) -> bytes:
        response, body = await self._request(address, path, parameters)
        status = response.status_code
        self._note_weight(response)
        if status in _BUSY:
            seconds = self._retry_after(response)
            self._budget.block(seconds)
            logger.warning("the exchange asks to wait", status=status, seconds=seconds, path=path)
            raise ExchangeBusyError(seconds)
        if status == HTTPStatus.OK:
            self._addresses.worked(address)
            return body
        if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise ExchangeRefusedError(status, body)
        raise ExchangeUnavailableError(f"the exchange failed: HTTP {status}")

    async def _request(
        self, address: str, path: str, parameters: Mapping[str, str | int]
    ) -> tuple[httpx2.Response, bytes]:
        try:
            async with (
                asyncio.timeout(self._timeout),
                self._client(address) as client,
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

    def _client(self, address: str) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(
            base_url=address,
            timeout=self._timeout,
            verify=tls_context(),
            trust_env=not is_loopback(address),
        )

    def _note_weight(self, response: httpx2.Response) -> None:
        used = response.headers.get(self._used_weight_header, "")
        if used.isascii() and used.isdecimal() and len(used) <= _LONGEST_WEIGHT:
            self._budget.note_used(int(used))

    def _retry_after(self, response: httpx2.Response) -> float:
        return retry_after_seconds(response.headers.get("Retry-After"), otherwise=self._rate_limit_wait)


@cache
def tls_context() -> ssl.SSLContext:
    """Return the one context of this process: reading the certificates costs more than a request."""
    return ssl.create_default_context()


class RestLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds, weights, counts and bytes of an interface."""

    timeout: float = setting("EXCHANGE_REST_TIMEOUT_SECONDS")
    weight_per_minute: int = setting("EXCHANGE_REST_WEIGHT_PER_MINUTE")
    weight_reserved: int = setting("EXCHANGE_REST_WEIGHT_RESERVED")
    weight_ceiling: int = setting("EXCHANGE_REST_WEIGHT_CEILING")
    rate_limit_wait: float = setting("EXCHANGE_RATE_LIMIT_WAIT_SECONDS")
    maximum_bytes: int = setting("EXCHANGE_REST_MAXIMUM_BYTES")
    failures_before_rotation: int = setting("EXCHANGE_REST_FAILURES_BEFORE_ROTATION")
    first_address_again: float = setting("EXCHANGE_REST_FIRST_AGAIN_SECONDS")


@cache
def _rest_of(addresses: tuple[str, ...], limits: RestLimits, used_weight_header: str, spacing: float) -> ExchangeRest:
    clock = SystemClock()
    bases = BaseAddresses(
        addresses, clock, failures=limits.failures_before_rotation, return_after=limits.first_address_again
    )
    budget = WeightBudget(
        limits.weight_per_minute, clock, reserved=limits.weight_reserved, ceiling=limits.weight_ceiling
    )
    return ExchangeRest(
        bases,
        timeout=limits.timeout,
        budget=budget,
        rate_limit_wait=limits.rate_limit_wait,
        maximum_bytes=limits.maximum_bytes,
        used_weight_header=used_weight_header,
        spacing=spacing,
    )


def rest_from_settings(
    base_url: str | None = None, *, used_weight_header: str = "", spacing: float = 0.0
) -> ExchangeRest:
    """Return the interface at `base_url` (by default, the settings'), with the settings' other addresses behind it.

    Its requests are `spacing` seconds apart. It is one for each address and process, and so is its budget.
    """
    first = settings.EXCHANGE_REST_URL if base_url is None else base_url
    return _rest_of((first, *_fallbacks(first)), RestLimits(), used_weight_header, spacing)


def _fallbacks(first: str) -> list[str]:
    """Return the settings' other addresses, but never the real exchange's behind a simulated or a local one."""
    is_real = own_source() is not Source.SIMULATOR and not is_loopback(first)
    others: list[str] = settings.EXCHANGE_REST_FALLBACK_URLS
    return [url for url in others if url != first and (is_real or is_loopback(url))]
