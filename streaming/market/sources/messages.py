"""What is common to all that exchanges say on their sockets: whose it is, and what the connection itself must heed.

Each exchange has messages of its own besides, which only its folder understands. Times are in milliseconds. Pure.
"""

import msgspec

RequestId = int | str | None


class SourceMessage(msgspec.Struct, frozen=True, kw_only=True):
    """What one frame, or a part of one, says; one that bears the exchange's time has it as `event_time`."""

    @property
    def sent_at(self) -> int | None:
        """When the exchange sent it, in ms; None where it doesn't say, or where its time may be of long before."""
        return event_time(self)

    @property
    def content(self) -> "SourceMessage":
        """What it says of its stream, whether as a snapshot or as a change: two that say the same are equal."""
        return self


class Answer(SourceMessage, frozen=True, kw_only=True):
    """The answer to a request that was accepted: None, the subscribed streams, or a property's value.

    It proves nothing of a stream's existence: an exchange may accept unknown and misspelt names in silence. `streams`
    are those of the request that it is about, where it is not about all of them.
    """

    request_id: RequestId
    result: tuple[str, ...] | bool | None
    streams: frozenset[str] | None = None


class Refusal(SourceMessage, frozen=True, kw_only=True):
    """The answer to a request that was refused; `request_id` may be missing, `code` is 0 where there is none.

    `streams` are those of the request that it is about, where it is known not to be about all of them.
    """

    request_id: RequestId
    code: int
    message: str
    streams: frozenset[str] | None = None


class Broken(SourceMessage, frozen=True, kw_only=True):
    """What has come on a stream is proven not to be all: it is to be subscribed again. Said again until it is."""

    reason: str


class ServerShutdownMessage(SourceMessage, frozen=True, kw_only=True):
    """The server is about to end the connection: another one is to be opened at once, whether it says when or not."""

    event_time: int | None


class ExchangeState(SourceMessage, frozen=True, kw_only=True):
    """How the exchange says that it is as a whole, by its own word, where that has changed."""

    state: str


class Unknown(SourceMessage, frozen=True, kw_only=True):
    """A readable message of a kind that isn't known; `event` is its name, if it has one. Counted, never fatal."""

    event: str


class Unreadable(SourceMessage, frozen=True, kw_only=True):
    """A frame, or a part of one, that can't be read. Counted, never fatal."""

    reason: str


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """A message, and the stream that it came on (empty where the frame named none)."""

    stream: str
    message: SourceMessage


def event_time(message: SourceMessage) -> int | None:
    """Return of when a message is by the exchange's clock, in ms; None where it doesn't say."""
    time: int | None = getattr(message, "event_time", None)
    return time
