"""What is printed of what the platform itself tells: groups of text with their styles. Pure."""

from streaming.watch.groups import BAD, QUIET, WARNING, Data, Group, GroupWriters
from streaming.watch.printable import plain

_LOG_LEVELS = {"error": BAD, "warn": WARNING, "debug": QUIET}


def _log(data: Data) -> list[Group]:
    style = _LOG_LEVELS.get(plain(data.get("level", "")), "")
    source: list[Group] = [((plain(data["source"]), QUIET),)] if "source" in data else []
    return [*source, ((plain(data["message"]), style),)] if "message" in data else source


SYSTEM_WRITERS: GroupWriters = {"system.log": _log}
