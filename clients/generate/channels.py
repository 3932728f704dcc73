"""Which type of event comes on which channel, by the declarations of topics: what both clients know of it."""

from collections.abc import Iterable, Mapping, Sequence

from clients.generate.descriptions import NOTICE
from clients.generate.python_text import module
from streaming.topics.topic import TopicKind

_ABOUT = "The type of the events on a channel, by what stands before its first colon."
_SEQUENCES = "Channels, by what stands before their first colon, on which events are told of which every one counts."


def channel_files(kinds: Iterable[TopicKind]) -> dict[str, str]:
    """Return the text of the files, by path below `clients/`."""
    declared = [(head.rstrip(":"), kind) for kind in kinds for head in kind.heads]
    types = {channel: str(kind.event.frame_type) for channel, kind in declared}
    sequences = [channel for channel, kind in declared if kind.has_sequence]
    return {
        "python/tidewire_client/dialects/channel_kinds.py": _python(types, sequences),
        "javascript/src/channel_types.js": _javascript(types, sequences),
        "javascript/events/channels.d.ts": _declarations(types),
    }


def _python(types: Mapping[str, str], sequences: Sequence[str]) -> str:
    lines = [f'    "{channel}": "{type_}",' for channel, type_ in types.items()]
    kinds = "\n".join(["CHANNEL_KINDS: Mapping[str, str] = {", *lines, "}"])
    quoted = [f'        "{channel}",' for channel in sequences]
    names = "\n".join(["SEQUENCE_CHANNELS = frozenset(", "    {", *quoted, "    }", ")"])
    return module(_ABOUT, [kinds, f'{names}\n"""{_SEQUENCES}"""'], shared=())


def _javascript(types: Mapping[str, str], sequences: Sequence[str]) -> str:
    lines = [f'  ["{channel}", "{type_}"],' for channel, type_ in types.items()]
    names = [f'  "{channel}",' for channel in sequences]
    kinds = [_comment(), "export const CHANNEL_TYPES = new Map([", *lines, "]);"]
    counting = ["", f"/** {_SEQUENCES} */", "export const SEQUENCE_CHANNELS = new Set([", *names, "]);"]
    return "\n".join([*kinds, *counting]) + "\n"


def _declarations(types: Mapping[str, str]) -> str:
    lines = [f'  {channel}: "{type_}";' for channel, type_ in types.items()]
    return "\n".join([_comment(), "export interface ChannelTypes {", *lines, "}"]) + "\n"


def _comment() -> str:
    return f"/**\n * {_ABOUT}\n *\n * {NOTICE}\n */"
