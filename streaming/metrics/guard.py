"""Who may read a process's metrics: nobody, this machine alone, or whoever has the token. Pure."""

import hmac
from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus

import msgspec

from streaming.configuration.setting_fields import setting
from streaming.loopback import is_loopback_address

LEAST_TOKEN = 16
"""Characters that a token has at least."""

_FORWARDED = frozenset({"forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"})
_BEARER = "bearer "


class MetricsAccess(StrEnum):
    """Who may read them."""

    OFF = "off"
    LOCAL = "local"
    TOKEN = "token"  # noqa: S105 - a word, no secret


class MetricsGuard(msgspec.Struct, frozen=True, kw_only=True):
    """Says who may read."""

    access: MetricsAccess = setting("METRICS", MetricsAccess)
    token: str = setting("METRICS_TOKEN")

    @property
    def is_off(self) -> bool:
        """Whether nobody may."""
        return self.access is MetricsAccess.OFF

    def refusal(self, headers: Mapping[str, str], peer: str) -> HTTPStatus | None:
        """Return the status with which to refuse a request, None for one that may read.

        The names of `headers` are in small letters; `peer` is the address that the socket says. A request from this
        machine that a proxy has handed on is none of this machine.
        """
        match self.access:
            case MetricsAccess.OFF:
                return HTTPStatus.NOT_FOUND
            case MetricsAccess.LOCAL:
                is_own = is_loopback_address(peer) and _FORWARDED.isdisjoint(headers)
                return None if is_own else HTTPStatus.FORBIDDEN
            case MetricsAccess.TOKEN:
                return None if self._is_token(headers.get("authorization", "")) else HTTPStatus.FORBIDDEN

    def _is_token(self, authorization: str) -> bool:
        if len(self.token) < LEAST_TOKEN or not authorization.lower().startswith(_BEARER):
            return False
        return hmac.compare_digest(authorization[len(_BEARER) :].strip().encode(), self.token.encode())
