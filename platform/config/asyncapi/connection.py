"""The socket itself: where it is, who may connect, how the server ends it, and how much a client may send."""

from typing import Any
from urllib.parse import urlsplit

import msgspec
from django.conf import settings

from config.asyncapi.json_schema import TEXT
from config.openapi.components import Schema
from streaming.gateway.close_reasons import close_reasons_of
from streaming.gateway.dialects.base import Dialect, LoginMoment

PATHS = {"market": "/ws", "trading": "/ws/trading", "zigquant-v2": "/ws"}
"""Where each dialect is spoken, by its name."""
ABOUT = {
    "market": "Market data for anyone, and one's own once logged in. Times are ISO 8601.",
    "trading": "For charts, once logged in. Times are ms since the epoch.",
    "zigquant-v2": "Events and commands of the trading engine. Times are ms since the epoch.",
}
_LOGIN = {
    LoginMoment.OPTIONAL: "A login is optional: in the handshake, or by a frame `auth` at any time.",
    LoginMoment.IN_HANDSHAKE: "The handshake must log in.",
    LoginMoment.BY_FIRST_FRAME: "The handshake logs in, or the first frame, which then is `auth`.",
}
_BY = {"token": "a JSON Web Token or an API key", "ticket": "a ticket, good once"}
SECURITY: dict[str, Schema] = {
    "token": {"type": "httpApiKey", "in": "query", "name": "token", "description": _BY["token"]},
    "ticket": {"type": "httpApiKey", "in": "query", "name": "ticket", "description": _BY["ticket"]},
    "bearer": {"type": "http", "scheme": "bearer", "description": _BY["token"]},
}
"""How a handshake logs in; besides there is the frame `auth`."""


class Limit(msgspec.Struct, frozen=True):
    """How much is taken, by the setting that says it, and what comes of more."""

    setting: str
    about: str
    over: str


LIMITS = (
    Limit("WS_MESSAGES_PER_SECOND", "messages a second of a connection", "rate_limited, then closed with 4429"),
    Limit("WS_MAXIMUM_SUBSCRIPTIONS", "subscriptions of a connection", "subscription_limit"),
    Limit("WS_COMMANDS_PER_SECOND", "commands a second of a connection", "the response RATE_LIMITED"),
    Limit("WS_MAXIMUM_MESSAGE_BYTES", "bytes of a frame", "closed with 1009"),
    Limit("WS_MAXIMUM_CONNECTIONS_PER_USER", "connections of a user", "HTTP 429 in the handshake"),
    Limit("WS_MAXIMUM_CONNECTIONS_PER_ADDRESS", "connections of an address", "HTTP 429 in the handshake"),
)


def server(dialect: Dialect) -> Schema:
    """Return where the dialect is spoken, with its close codes and its limits as this deployment has them."""
    public = urlsplit(settings.PUBLIC_URL)
    demanded = dialect.login is LoginMoment.IN_HANDSHAKE
    return {
        "host": public.netloc,
        "protocol": "wss" if public.scheme == "https" else "ws",
        "pathname": f"{public.path.rstrip('/')}{PATHS[dialect.name]}",
        "description": _LOGIN[dialect.login],
        **({"security": security()} if demanded else {}),
        "x-close-codes": [_close_code(reason) for reason in close_reasons_of(dialect.name)],
        "x-limits": [_limit(limit) for limit in LIMITS],
    }


def security() -> list[Schema]:
    """Return the ways to log in, of which one is needed."""
    return [{"$ref": f"#/components/securitySchemes/{name}"} for name in SECURITY]


def bindings(dialect: Dialect) -> Schema:
    """Return what the handshake may say."""
    query = {"type": "object", "properties": {name: {**TEXT, "description": said} for name, said in _BY.items()}}
    headers: dict[str, Any] = {"Authorization": {**TEXT, "description": "Bearer <token>"}}
    required = []
    if dialect.subprotocol:
        headers["Sec-WebSocket-Protocol"] = {**TEXT, "const": dialect.subprotocol}
        required = ["Sec-WebSocket-Protocol"]
    told = {"type": "object", "properties": headers, **({"required": required} if required else {})}
    return {"ws": {"method": "GET", "query": query, "headers": told, "bindingVersion": "0.1.0"}}


def _close_code(reason: Any) -> Schema:
    return {
        "code": int(reason.code),
        **({"reason": reason.reason} if reason.reason else {}),
        "why": reason.why,
        "connectAgain": reason.again,
    }


def _limit(limit: Limit) -> Schema:
    return {
        "about": limit.about,
        "value": getattr(settings, limit.setting),
        "setting": limit.setting,
        "over": limit.over,
    }
