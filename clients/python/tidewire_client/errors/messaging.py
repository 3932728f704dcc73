"""Errors of what is said on a connection: refusals, commands, frames, events."""

from collections.abc import Mapping

from tidewire_client.errors.base import LONGEST_QUOTATION, TidewireError


class RefusedError(TidewireError):
    """The server refused something by an error frame; `code` is the server's."""

    code = "refused"


class SubscriptionRefusedError(RefusedError):
    """The server refused `channel`; the client has forgotten it, unless the code is `unavailable`."""

    def __init__(self, channel: str, message: str, *, code: str | None) -> None:
        """Keep the channel as it was spelled."""
        super().__init__(message, code=code)
        self.channel = channel


class MessageRefusedError(RefusedError):
    """The server refused a message, and named no channel."""


class CommandError(TidewireError):
    """A command was not carried out, or nobody knows whether it was; `action` is its name."""

    code = "COMMAND_FAILED"

    def __init__(self, action: str, message: str, *, code: str | None = None) -> None:
        """Keep the action."""
        super().__init__(message, code=code)
        self.action = action


class CommandRefusedError(CommandError):
    """The server's answer was a refusal; `fields` names each wrong parameter with a sentence.

    By `UNAVAILABLE` (it took too long, and goes on there) and `INTERNAL_ERROR` it may have been carried out: given
    again with the same id it acts once, and tells how it ended.
    """

    def __init__(self, action: str, code: str, message: str, fields: Mapping[str, str]) -> None:
        """Keep the answer."""
        super().__init__(action, message, code=code)
        self.fields = fields


class CommandTimeoutError(CommandError):
    """No answer came within `seconds`, waiting for a connection included; it may have been carried out."""

    code = "TIMEOUT"

    def __init__(self, action: str, seconds: float) -> None:
        """Keep the limit."""
        super().__init__(action, f"{action} was not answered within {seconds:g} s")
        self.seconds = seconds


class CommandClosedError(CommandError):
    """The client was disconnected, gave up, or became another user's, before the answer came."""

    code = "CLOSED"

    def __init__(self, action: str) -> None:
        """Name the action."""
        super().__init__(action, f"The connection ended before {action} was answered")


class QueueFullError(CommandError):
    """As many commands as `limit` wait already."""

    code = "QUEUE_FULL"

    def __init__(self, action: str, limit: int) -> None:
        """Keep the limit."""
        super().__init__(action, f"{limit} commands wait already, so {action} was not taken")
        self.limit = limit


class MessageTooLargeError(CommandError):
    """The command's frame would have `size` bytes, of the `limit` that the server takes; nothing was sent."""

    code = "too_large"

    def __init__(self, action: str, size: int, limit: int) -> None:
        """Keep both, in bytes."""
        super().__init__(action, f"{action} would be a frame of {size} bytes; the server takes at most {limit}")
        self.size = size
        self.limit = limit


class UnreadableFrameError(TidewireError):
    """A frame that is no JSON object with a type; `text` is how it began."""

    code = "unreadable_frame"

    def __init__(self, reason: str, text: str = "") -> None:
        """Keep at most the first 1,000 characters."""
        super().__init__(f"The server sent {reason}")
        self.reason = reason
        self.text = text[:LONGEST_QUOTATION]


class EventsDroppedError(TidewireError):
    """An iterator over `pattern` holds `limit` events that nobody has read, and lets the oldest go."""

    code = "events_dropped"

    def __init__(self, pattern: str, limit: int) -> None:
        """Keep what is iterated over."""
        super().__init__(f"Events of {pattern} come faster than they are read: the oldest of {limit} are dropped")
        self.pattern = pattern
        self.limit = limit
