"""What the gateway says no with.

GatewayError
├── InvalidMessageError   a frame that can't be read
│   └── InvalidSinceError a subscription that can't be resumed as it asks
├── UnknownTypeError      a message type that doesn't exist
└── RefusedError          one channel that can't be subscribed
"""

from enum import IntEnum, StrEnum


class ErrorCode(StrEnum):
    """The codes of error frames."""

    UNKNOWN_SYMBOL = "unknown_symbol"
    AUTHENTICATION_REQUIRED = "authentication_required"
    AUTHENTICATION_FAILED = "authentication_failed"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    UNKNOWN_CHANNEL = "unknown_channel"
    UNAVAILABLE = "unavailable"
    SUBSCRIPTION_LIMIT = "subscription_limit"
    INVALID_MESSAGE = "invalid_message"
    UNKNOWN_TYPE = "unknown_type"
    RATE_LIMITED = "rate_limited"


PING_TIMEOUT = 1011
"""The code with which the server itself closes a connection whose client answers none of its pings."""


class CloseCode(IntEnum):
    """The codes that the server closes a connection with: those of RFC 6455 that it uses, and ours from 4000."""

    NORMAL = 1000
    INVALID_DATA = 1007
    MESSAGE_TOO_BIG = 1009
    SERVICE_RESTART = 1012
    HEARTBEAT_TIMEOUT = 4000
    UNAUTHORISED = 4401
    SLOW_CONSUMER = 4408
    RATE_LIMITED = 4429


class GatewayError(Exception):
    """A refusal, with a code for programs and a sentence for people."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class InvalidMessageError(GatewayError):
    """The frame is not JSON, not an object, has no type, or lacks a field or has one of the wrong type.

    `message_type` is its type where that can be read.
    """

    def __init__(self, message_type: str | None = None) -> None:
        super().__init__(ErrorCode.INVALID_MESSAGE, "Invalid message format")
        self.message_type = message_type


class InvalidSinceError(InvalidMessageError):
    """A subscription's `since` can't be read, or names what can't be resumed; nothing of the message is done."""

    def __init__(self, message: str) -> None:
        super().__init__("subscribe")
        self.args, self.message = (message,), message


class UnknownTypeError(GatewayError):
    """The message's type is none that the dialect knows."""

    def __init__(self, message_type: str) -> None:
        super().__init__(ErrorCode.UNKNOWN_TYPE, f"Unknown message type: {message_type}")


class RefusedError(GatewayError):
    """One channel can't be subscribed; the others of the same message stand."""


def unknown_symbol(symbol: str) -> RefusedError:
    """Refuse a symbol that the exchange doesn't know or doesn't trade."""
    return RefusedError(ErrorCode.UNKNOWN_SYMBOL, f"Failed to fetch quote for {symbol}")


def unknown_channel(channel: str) -> RefusedError:
    """Refuse a channel of no known kind or interval."""
    return RefusedError(ErrorCode.UNKNOWN_CHANNEL, f"Unknown channel: {channel}")


def authentication_required() -> RefusedError:
    """Refuse a private channel to somebody who isn't logged in."""
    return RefusedError(ErrorCode.AUTHENTICATION_REQUIRED, "Authentication required for this channel")


def forbidden() -> RefusedError:
    """Refuse what belongs to somebody else."""
    return RefusedError(ErrorCode.FORBIDDEN, "Access denied for this channel")


def not_found() -> RefusedError:
    """Refuse staff, who may read everybody's, what is nobody's."""
    return RefusedError(ErrorCode.NOT_FOUND, "There is nothing of this name")


def outside_scopes(refusal: str) -> RefusedError:
    """Refuse what an API key isn't for."""
    return RefusedError(ErrorCode.FORBIDDEN, refusal)


def unavailable() -> RefusedError:
    """Refuse while no symbols are known, or while the channel layer can't be reached."""
    return RefusedError(ErrorCode.UNAVAILABLE, "Market data unavailable")


def not_available_yet(channel: str) -> RefusedError:
    """Refuse a channel that no app makes yet, or none that runs here."""
    return RefusedError(ErrorCode.UNAVAILABLE, f"{channel} is not available yet")


def snapshot_unavailable(channel: str) -> RefusedError:
    """Refuse a channel of which what counts now can't be read."""
    return RefusedError(ErrorCode.UNAVAILABLE, f"{channel} can't be read now; try again")


def subscription_limit(maximum: int) -> RefusedError:
    """Refuse one subscription more than a connection may have."""
    return RefusedError(ErrorCode.SUBSCRIPTION_LIMIT, f"Maximum of {maximum} subscriptions per client")


def login_required() -> GatewayError:
    """Refuse everything but a login on a connection that must log in first."""
    return GatewayError(ErrorCode.AUTHENTICATION_REQUIRED, "Authentication required")


def authentication_failed() -> GatewayError:
    """Refuse a token that logs nobody in."""
    return GatewayError(ErrorCode.AUTHENTICATION_FAILED, "Authentication failed")


def token_of_another_user() -> GatewayError:
    """Refuse to turn a connection into another user's."""
    return GatewayError(ErrorCode.FORBIDDEN, "The token belongs to another user")


def login_unavailable() -> GatewayError:
    """Refuse a token that can't be checked now, because the database doesn't answer."""
    return GatewayError(ErrorCode.UNAVAILABLE, "Login unavailable")


def too_many_connections() -> GatewayError:
    """Refuse one connection more than a user or an address may have."""
    return GatewayError(ErrorCode.RATE_LIMITED, "Too many connections")


def rate_limited() -> GatewayError:
    """Complain about messages over the rate."""
    return GatewayError(ErrorCode.RATE_LIMITED, "Rate limit exceeded")
