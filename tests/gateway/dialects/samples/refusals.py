"""Every refusal."""

from typing import NamedTuple

from streaming.gateway import errors
from streaming.gateway.errors import GatewayError


class Refusal(NamedTuple):
    """An error, the channel that it concerns, and what market-protocol.md and control-protocol.md say for it."""

    error: GatewayError
    channel: str | None
    message: str
    code: str


UNREADABLE = Refusal(errors.InvalidMessageError(), None, "Invalid message format", "invalid_message")
REFUSALS = [
    Refusal(errors.unknown_symbol("INVALID"), "price:INVALID", "Failed to fetch quote for INVALID", "unknown_symbol"),
    Refusal(
        errors.authentication_required(),
        "portfolio:user123",
        "Authentication required for this channel",
        "authentication_required",
    ),
    Refusal(errors.not_found(), "grid.nobodys.*", "There is nothing of this name", "not_found"),
    Refusal(errors.forbidden(), "grid.theirs.*", "Access denied for this channel", "forbidden"),
    Refusal(errors.unknown_channel("nonsense"), "nonsense", "Unknown channel: nonsense", "unknown_channel"),
    Refusal(errors.unavailable(), "price:BTCUSDT", "Market data unavailable", "unavailable"),
    Refusal(
        errors.subscription_limit(50), "price:BTCUSDT", "Maximum of 50 subscriptions per client", "subscription_limit"
    ),
    Refusal(errors.UnknownTypeError("foo"), None, "Unknown message type: foo", "unknown_type"),
    Refusal(errors.login_required(), None, "Authentication required", "authentication_required"),
    Refusal(errors.InvalidSinceError("since must hold an epoch"), None, "since must hold an epoch", "invalid_message"),
    Refusal(errors.rate_limited(), None, "Rate limit exceeded", "rate_limited"),
]
