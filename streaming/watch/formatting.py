"""Lines for the terminal, one for each message: seconds since the start, a label, and what it says. Pure."""

from collections.abc import Sequence

from rich.text import Text

from streaming.watch.market_spans import QUIET, Direction, Span, market_spans
from streaming.watch.printable import compact, plain, printable
from streaming.watch.reading import (
    Acknowledgement,
    Data,
    Heartbeat,
    LoggedIn,
    LoginRefused,
    Message,
    Other,
    Refusal,
    Unreadable,
    Update,
    Welcome,
)

NARROWEST = len("unsubscribed")
_BAD, _GOOD, _NAME = "bold red", "green", "cyan"
_LONGEST_QUOTATION = 200


def line_of(message: Message, *, seconds: float, width: int, direction: Direction = Direction.FIRST) -> Text:
    """Return the line that tells a message.

    `seconds` have passed since the start; labels are filled up to `width`. `direction` is where the price went.
    """
    if isinstance(message, Update):
        return _line(seconds, (message.channel, _NAME), width, _update_spans(message, direction))
    label, spans = _told(message)
    return _line(seconds, label, width, spans)


def _told(message: Message) -> tuple[Span, Sequence[Span]]:
    """Return the label and the spans of what is no news of a channel."""
    match message:
        case Welcome() | LoggedIn() | Acknowledgement():
            return _accepted(message)
        case Refusal(text, code, channel):
            return ("refused", _BAD), _refused(text, code, channel)
        case LoginRefused(text, code):
            return ("refused", _BAD), _refused(text, code, None)
        case Heartbeat(what):
            return (what, QUIET), []
        case Unreadable(text):
            return ("unreadable", _BAD), [(text[:_LONGEST_QUOTATION], "")]
        case Other(frame) | Update(_, _, frame):
            return ("other", QUIET), [(compact(frame), "")]


def _accepted(message: Welcome | LoggedIn | Acknowledgement) -> tuple[Span, Sequence[Span]]:
    match message:
        case Welcome(client_id, authenticated, time):
            return ("connected", _GOOD), [(client_id, "bold"), _known(authenticated=authenticated), (time, QUIET)]
        case LoggedIn(user_id, expires_at):
            return ("logged in", _GOOD), [(f"user {user_id}", "bold"), (f"until {expires_at}", QUIET)]
        case Acknowledgement(what, channels):
            return (what, _GOOD), [(" ".join(channels) or "no channel", "")]


def _update_spans(message: Update, direction: Direction) -> Sequence[Span]:
    if message.is_dotted:
        return [(message.name, "magenta"), (compact(message.data), "")]
    if message.name == "resync":
        return _resync(message.data)
    spans = market_spans(message.name, message.data, direction)
    return [(message.name, "magenta"), (compact(message.data), "")] if spans is None else spans


def _resync(data: Data) -> Sequence[Span]:
    complete = "all of it was repaired" if data.get("complete") is True else "not all of it could be repaired"
    return [("resync", "yellow"), (f"from {plain(data.get('from'))} to {plain(data.get('to'))}, {complete}", "")]


def _refused(message: str, code: str | None, channel: str | None) -> Sequence[Span]:
    named = [(f"{channel}:", "red")] if channel is not None else []
    return [*named, (message, "red"), *([(f"({code})", "red")] if code else [])]


def _known(*, authenticated: bool) -> Span:
    return ("logged in", _GOOD) if authenticated else ("not logged in", QUIET)


def _line(seconds: float, label: Span, width: int, spans: Sequence[Span]) -> Text:
    name, style = label
    line = Text(f"{seconds:9.3f} s  ", style="")
    line.stylize(QUIET)
    line.append(printable(name).ljust(max(width, NARROWEST)), style=style)
    for text, one in spans:
        line.append("  ").append(printable(text), style=one)
    return line
