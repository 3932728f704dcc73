"""Lines for the terminal, one for each message: seconds since the start, a label, and what it says. Pure."""

from collections.abc import Sequence

from rich.text import Text

from streaming.watch.groups import QUIET, Data, Group, GroupWriters, Span
from streaming.watch.interruption import Back, Lost
from streaming.watch.market_groups import Direction, market_groups
from streaming.watch.printable import compact, plain, printable
from streaming.watch.reading import Acknowledgement, Greeting, Told, moment
from streaming.watch.system_groups import SYSTEM_WRITERS
from tidewire_client.errors import UnreadableFrameError
from tidewire_client.events.connection import NotRecovered
from tidewire_client.reading.messages import LoginAccepted, LoginRefused, News, Other, Refusal

NARROWEST = len("unsubscribed")
_BAD, _GOOD, _NAME = "bold red", "green", "cyan"
_LONGEST_QUOTATION = 200
Line = Told | UnreadableFrameError | Lost | Back | NotRecovered
_WHY_NOT_RECOVERED = {
    "other_epoch": "its history has begun anew",
    "too_old": "some of it is kept no longer",
    "ahead": "the server knows of less than was heard",
    "unavailable": "the history can't be read now",
    "jumped": "the server doesn't bring it",
    "refused": "the server takes no positions",
}


def line_of(
    told: Line, writers: GroupWriters, *, seconds: float, width: int, direction: Direction = Direction.FIRST
) -> Text:
    """Return the line that tells what was heard; `writers` say what is printed of the apps' channels.

    `seconds` have passed since the start; labels are filled up to `width`. `direction` is where the price went.
    """
    if isinstance(told, News):
        return _line(seconds, (told.channel, _NAME), width, _news_groups(told, writers, direction))
    if isinstance(told, NotRecovered):
        return _line(seconds, (told.channel, _NAME), width, [_not_recovered(told)])
    label, groups = _told(told)
    return _line(seconds, label, width, groups)


def _told(told: Line) -> tuple[Span, Sequence[Group]]:
    """Return the label of what is no news of a channel, and what it says."""
    match told:
        case Greeting() | LoginAccepted() | Acknowledgement() | Back():
            return _accepted(told)
        case Refusal() | LoginRefused() | Lost() | UnreadableFrameError():
            return _gone_wrong(told)
        case Other(frame):
            return ("other", QUIET), [((compact(frame), ""),)]
        case _:
            return ("ping", QUIET), []


def _gone_wrong(told: Refusal | LoginRefused | Lost | UnreadableFrameError) -> tuple[Span, Sequence[Group]]:
    match told:
        case Refusal(text, code, channel):
            return ("refused", _BAD), [_refused(text, code, channel)]
        case LoginRefused(code, text):
            return ("refused", _BAD), [_refused(text, code, None)]
        case Lost(why, delay):
            return ("lost", _BAD), [((f"{why} Trying again in {delay:.1f} s.", "red"),)]
        case UnreadableFrameError():
            return ("unreadable", _BAD), [(((told.text or told.reason)[:_LONGEST_QUOTATION], ""),)]


def _accepted(told: Greeting | LoginAccepted | Acknowledgement | Back) -> tuple[Span, Sequence[Group]]:
    match told:
        case Greeting(client_id, authenticated, time):
            known = ("logged in", _GOOD) if authenticated else ("not logged in", QUIET)
            return ("connected", _GOOD), [((client_id, "bold"),), (known,), ((time, QUIET),)]
        case LoginAccepted(user_id, expires_at):
            until = moment(expires_at) if expires_at is not None else "further notice"
            return ("logged in", _GOOD), [(("user", QUIET), (user_id, "bold")), (("until", QUIET), (until, ""))]
        case Acknowledgement(what, channels, recovered):
            return (what, _GOOD), [_acknowledged(channel, is_recovered=channel in recovered) for channel in channels]
        case Back(seconds):
            return ("back", _GOOD), [((f"connected again after {seconds:.1f} s", ""),)]


def _acknowledged(channel: str, *, is_recovered: bool) -> Group:
    return ((channel, ""), *([("and what was missed", _GOOD)] if is_recovered else []))


def _not_recovered(told: NotRecovered) -> Group:
    why = _WHY_NOT_RECOVERED.get(told.reason, told.reason)
    missed = f"what was told from {moment(told.start)} to {moment(told.end)} can't be brought: {why}"
    return ("missed", _BAD), (missed, "red")


def _news_groups(news: News, writers: GroupWriters, direction: Direction) -> Sequence[Group]:
    write = SYSTEM_WRITERS.get(news.kind) or writers.get(news.kind)
    said = [] if write is None else write(news.data)
    if news.event is not None:  # a dotted channel's
        return [((news.event, "magenta"),), *said] if said else [((news.event, "magenta"), (compact(news.data), ""))]
    if news.kind == "resync":
        return [_resync(news.data)]
    groups = market_groups(news.kind, news.data, direction) or said
    return groups or [((news.kind, "magenta"), (compact(news.data), ""))]


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
