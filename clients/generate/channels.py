"""Which type of event comes on which channel, by the declarations of topics: what both clients know of it."""

from collections.abc import Iterable, Mapping

from clients.generate.descriptions import NOTICE
from clients.generate.python_text import module
from streaming.topics.topic import TopicKind

_ABOUT = "The type of the events on a channel, by what stands before its first colon."


def channel_files(kinds: Iterable[TopicKind]) -> dict[str, str]:
    """Return the text of the files, by path below `clients/`."""
    types = {head.rstrip(":"): str(kind.event.frame_type) for kind in kinds for head in kind.heads}
    return {
        "python/tidewire_client/dialects/channel_kinds.py": _python(types),
        "javascript/src/channel_types.js": _javascript(types),
        "javascript/events/channels.d.ts": _declarations(types),
    }


def _python(types: Mapping[str, str]) -> str:
    lines = [f'    "{channel}": "{type_}",' for channel, type_ in types.items()]
    return module(_ABOUT, ["\n".join(["CHANNEL_KINDS: Mapping[str, str] = {", *lines, "}"])], shared=())


def _javascript(types: Mapping[str, str]) -> str:
    lines = [f'  ["{channel}", "{type_}"],' for channel, type_ in types.items()]
    return "\n".join([_comment(), "export const CHANNEL_TYPES = new Map([", *lines, "]);"]) + "\n"


def _declarations(types: Mapping[str, str]) -> str:
    lines = [f'  {channel}: "{type_}";' for channel, type_ in types.items()]
    return "\n".join([_comment(), "export interface ChannelTypes {", *lines, "}"]) + "\n"


def _comment() -> str:
    return f"/**\n * {_ABOUT}\n *\n * {NOTICE}\n */"
