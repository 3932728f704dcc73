"""What clients say, which is the same in every dialect: the frames that the decoder reads, as JSON Schema."""

from typing import Any

from config.asyncapi.json_schema import TEXT, TRUTH, constant, object_of
from config.openapi.components import Schema
from streaming.event_history.history import LARGEST_SEQ, LONGEST_EPOCH
from streaming.gateway.dialects.decoder import LONGEST_THROTTLE_MS, MAXIMUM_ID_LENGTH, MOST_RESUMED

_CHANNELS: dict[str, Schema] = {
    "channels": {"type": "array", "items": TEXT, "description": "names, and patterns over dotted names"},
    "channel": {**TEXT, "description": "a single one, in place of `channels` or beside it"},
}
_POSITION = object_of(
    {
        "epoch": {"type": "string", "minLength": 1, "maxLength": LONGEST_EPOCH},
        "seq": {"type": "integer", "minimum": 0, "maximum": LARGEST_SEQ},
    }
)
_OPTIONS: dict[str, Schema] = {
    "throttle_ms": {
        "type": "integer",
        "minimum": 1,
        "maximum": LONGEST_THROTTLE_MS,
        "description": "of each new channel at most one frame of state in so many ms, always the newest",
    },
    "batch": {**TRUTH, "description": "frames that leave together come as one `batch`"},
    "since": {
        "type": "object",
        "additionalProperties": _POSITION,
        "maxProperties": MOST_RESUMED,
        "description": "frames of events that count come with `epoch` and `seq`; by channel, where one left off",
    },
}
_EITHER: list[Schema] = [{"required": ["channels"]}, {"required": ["channel"]}]

ABOUT: dict[str, str] = {
    "subscribe": "Ask for channels, in either of their spellings.",
    "unsubscribe": "Give channels up.",
    "ping": "Measure the round trip.",
    "pong": "Answer the server's ping, or give a sign of life.",
    "auth": "Log in, or renew the login before it ends: with an access token or an API key.",
}
EXAMPLES: dict[str, Schema] = {
    "subscribe": {"type": "subscribe", "channels": ["price:BTCUSDT", "klines:BTCUSDT:1m"], "throttle_ms": 250},
    "unsubscribe": {"type": "unsubscribe", "channel": "price:BTCUSDT"},
    "ping": {"type": "ping"},
    "pong": {"type": "pong"},
    "auth": {"type": "auth", "token": "<an access token>"},
}
"""What a client could say; there is one of each message but commands."""


def client_message(type_: str) -> Schema:
    """Return the schema of a message that is no command; raise `KeyError` for a type that doesn't exist."""
    shapes: dict[str, tuple[dict[str, Schema], list[str], dict[str, Any]]] = {
        "subscribe": ({**_CHANNELS, **_OPTIONS}, [*_CHANNELS, *_OPTIONS], {"anyOf": _EITHER}),
        "unsubscribe": (_CHANNELS, list(_CHANNELS), {"anyOf": _EITHER}),
        "ping": ({}, [], {}),
        "pong": ({}, [], {}),
        "auth": ({"token": TEXT}, [], {}),
    }
    properties, optional, more = shapes[type_]
    return object_of({"type": constant(type_), **properties}, optional=optional, **more)


def command_message(action: str, parameters: Schema, *, takes_any: bool) -> Schema:
    """Return the schema of a command; without `takes_any` parameter `params` may be left out."""
    properties = {
        "type": constant("command"),
        "id": {
            "type": "string",
            "minLength": 1,
            "maxLength": MAXIMUM_ID_LENGTH,
            "description": "chosen by the client; the answer has it, and a change that is sent again acts once by it",
        },
        "action": constant(action),
        "params": parameters,
    }
    return object_of(properties, optional=() if takes_any else ("params",))
