"""Lines for the terminal, one for each message: seconds since the start, a label, and what it says. Pure."""

from collections.abc import Sequence

from rich.text import Text

from streaming.watch.market_groups import QUIET, Direction, Group, Span, market_groups
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
    Report,
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
        return _line(seconds, (message.channel, _NAME), width, _update_groups(message, direction))
    label, groups = _told(message)
    return _line(seconds, label, width, groups)


def _told(message: Report) -> tuple[Span, Sequence[Group]]:
    """Return the label of what is no news of a channel, and what it says."""
    match message:
        case Welcome() | LoggedIn() | Acknowledgement():
            return _accepted(message)
        case Refusal(text, code, channel):
            return ("refused", _BAD), [_refused(text, code, channel)]
        case LoginRefused(text, code):
            return ("refused", _BAD), [_refused(text, code, None)]
        case Heartbeat(what):
            return (what, QUIET), []
        case Unreadable(text):
            return ("unreadable", _BAD), [((text[:_LONGEST_QUOTATION], ""),)]
        case Other(frame):
            return ("other", QUIET), [((compact(frame), ""),)]


def _accepted(message: Welcome | LoggedIn | Acknowledgement) -> tuple[Span, Sequence[Group]]:
    match message:
        case Welcome(client_id, authenticated, time):
            known = ("logged in", _GOOD) if authenticated else ("not logged in", QUIET)
            return ("connected", _GOOD), [((client_id, "bold"),), (known,), ((time, QUIET),)]
        case LoggedIn(user_id, expires_at):
            return ("logged in", _GOOD), [(("user", QUIET), (user_id, "bold")), (("until", QUIET), (expires_at, ""))]
        case Acknowledgement(what, channels):
            return (what, _GOOD), [((channel, ""),) for channel in channels]


def _update_groups(message: Update, direction: Direction) -> Sequence[Group]:
    if not message.is_dotted and message.name == "resync":
        return [_resync(message.data)]
    groups = [] if message.is_dotted else market_groups(message.name, message.data, direction)
    return groups or [((message.name, "magenta"), (compact(message.data), ""))]


def _resync(data: Data) -> Group:
    complete = "all of it was repaired" if data.get("complete") is True else "not all of it could be repaired"
    return ("resync", "yellow"), (f"from {plain(data.get('from'))} to {plain(data.get('to'))}, {complete}", "")


def _refused(message: str, code: str | None, channel: str | None) -> Group:
    named = [(f"{channel}:", "red")] if channel is not None else []
    return (*named, (message, "red"), *([(f"({code})", "red")] if code else []))


def _line(seconds: float, label: Span, width: int, groups: Sequence[Group]) -> Text:
    name, style = label
    line = Text(f"{seconds:9.3f} s  ", style="")
    line.stylize(QUIET)
    line.append(printable(name).ljust(max(width, NARROWEST)), style=style)
    for group in groups:
        line.append(" ")
        for text, one in group:
            line.append(" ").append(printable(text), style=one)
    return line
