"""What clients say, which is the same in every dialect: one decoder of their frames."""

from collections.abc import Callable, Collection, Sequence
from typing import Annotated, Any

import msgspec

from streaming.commands.command import Command
from streaming.event_history.history import Position
from streaming.gateway.errors import InvalidMessageError, InvalidSinceError, UnknownTypeError
from streaming.gateway.messages import (
    Authenticate,
    ClientMessage,
    Ping,
    Pong,
    Subscribe,
    SubscriptionOptions,
    Unsubscribe,
)
from streaming.numbers import MAXIMUM_DIGITS, exact_decimal
from streaming.topics.patterns import WILDCARD, can_match

MAXIMUM_ID_LENGTH = 128
MAXIMUM_DEPTH = 32
"""How deep a command's parameters may be nested: far below where reading or storing them would overflow the stack."""

LONGEST_THROTTLE_MS = 60_000

MOST_RESUMED = 500
"""So many channels one message may resume."""
_MOST_PATTERNS = 50
"""Of a message's patterns only so many are looked at for channels to be resumed: the comparing is bounded."""

_TOO_LARGE = 10**MAXIMUM_DIGITS


class _Head(msgspec.Struct):
    type: str


class _Channels(msgspec.Struct):
    channels: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    channel: str | msgspec.UnsetType = msgspec.UNSET

    def names(self) -> tuple[str, ...]:
        """Return all channels that the message names; raise `InvalidMessageError` where it has neither field."""
        if self.channels is msgspec.UNSET and self.channel is msgspec.UNSET:
            raise InvalidMessageError
        one = () if self.channel is msgspec.UNSET else (self.channel,)
        many = () if self.channels is msgspec.UNSET else self.channels
        return one + many


class _Subscription(_Channels):
    throttle_ms: Annotated[int, msgspec.Meta(ge=1, le=LONGEST_THROTTLE_MS)] | msgspec.UnsetType = msgspec.UNSET
    batch: bool = False
    since: msgspec.Raw = msgspec.Raw()

    def options(self) -> SubscriptionOptions:
        """Return how the client wants what it subscribes; raise `InvalidSinceError`."""
        throttle_ms = 0 if self.throttle_ms is msgspec.UNSET else self.throttle_ms
        return SubscriptionOptions(throttle_ms=throttle_ms, batch=self.batch, since=self._since())

    def _since(self) -> dict[str, Position] | None:
        if not bytes(self.since):
            return None
        try:
            since = _decode_since(self.since)
        except msgspec.ValidationError as error:
            raise InvalidSinceError(f"since must hold an epoch and a seq for each channel: {error}") from None
        _check_named(since, self.names())
        return since


def _check_named(since: Collection[str], channels: Sequence[str]) -> None:
    """Raise `InvalidSinceError` for too many channels, and for one that neither is named nor matches a pattern."""
    if len(since) > MOST_RESUMED:
        raise InvalidSinceError(f"since names more than {MOST_RESUMED} channels")
    named = set(channels)
    names_of_patterns = list(dict.fromkeys(channel for channel in channels if WILDCARD in channel))[:_MOST_PATTERNS]
    for channel in since:
        if channel not in named and not any(can_match(pattern, channel) for pattern in names_of_patterns):
            raise InvalidSinceError(f"since names {channel}, which is not in channels")


class _Login(msgspec.Struct):
    token: str


class _Command(msgspec.Struct):
    id: Annotated[str, msgspec.Meta(min_length=1, max_length=MAXIMUM_ID_LENGTH)]
    action: str
    params: dict[str, Any] = {}


_decode_since = msgspec.json.Decoder(dict[str, Position]).decode
_decode_head = msgspec.json.Decoder(_Head).decode
_decode_subscription = msgspec.json.Decoder(_Subscription).decode
_decode_channels = msgspec.json.Decoder(_Channels).decode
_decode_login = msgspec.json.Decoder(_Login).decode
_decode_command = msgspec.json.Decoder(_Command, float_hook=exact_decimal).decode


def decode_client_message(text: str) -> ClientMessage:
    """Return what a client's frame says; raise `InvalidMessageError` or `UnknownTypeError`.

    Fields that a message doesn't have are ignored. Numbers in a command's parameters are exact: `int`, or `Decimal`
    where they have a fraction or an exponent.
    """
    message_type: str | None = None
    try:
        message_type = _decode_head(text).type
        read = _READERS.get(message_type)
        if read is not None:
            return read(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise InvalidMessageError(message_type) from None
    raise UnknownTypeError(message_type)


def _subscribe(text: str) -> Subscribe:
    read = _decode_subscription(text)
    return Subscribe(read.names(), read.options())


def _unsubscribe(text: str) -> Unsubscribe:
    return Unsubscribe(_decode_channels(text).names())


def _ping(_: str) -> Ping:
    return Ping()


def _pong(_: str) -> Pong:
    return Pong()


def _authenticate(text: str) -> Authenticate:
    return Authenticate(_decode_login(text).token)


def _command(text: str) -> Command:
    read = _decode_command(text)
    _check(read.params, MAXIMUM_DEPTH)
    return Command(read.id, read.action, read.params)


def _check(value: object, depth: int) -> None:
    """Raise `InvalidMessageError` for what the decoder lets pass: integers of too many digits, and deep nesting."""
    if isinstance(value, int):
        if abs(value) >= _TOO_LARGE:
            raise InvalidMessageError
    elif isinstance(value, dict | list):
        if depth == 0:
            raise InvalidMessageError
        for inner in value.values() if isinstance(value, dict) else value:
            _check(inner, depth - 1)


_READERS: dict[str, Callable[[str], ClientMessage]] = {
    "subscribe": _subscribe,
    "unsubscribe": _unsubscribe,
    "ping": _ping,
    "pong": _pong,
    "auth": _authenticate,
    "command": _command,
}

MESSAGE_TYPES = tuple(_READERS)
"""The types of messages that are read, in every dialect."""
