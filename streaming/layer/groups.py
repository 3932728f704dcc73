"""What the groups of the channel layer are called: that says which Redis host has one, and which all have. Pure.

The channel layer takes letters, digits, `-` and `_` in a name, and `.` between its parts, and not too many of them.
"""

import hashlib
import re

GATEWAYS_GROUP = "gateways"
"""The group that all gateways hear."""
BRIDGE_GROUP = "bridge"
"""The group that all bridges hear."""
EVERYBODY = "all"
"""Ends the group of a dotted name that carries what all owners' groups do, for staff."""

_USER, _NAMED, _DOTTED = "u.", "x.", "c."
"""Begin the groups of a user's topics, of a topic with a name, and of dotted names."""
_WORKER, _PROCESS, _SYSTEM = "w.", "p.", "s."
"""Begin the groups of a worker's processes, of one process, and of what the deployment tells of itself."""
_LONGEST_PART = 60
_SAFE = re.compile(r"[A-Za-z0-9_-]*", re.ASCII)


def group_safe(text: str) -> str:
    """Return `text` where a part of a group's name may hold it, else one that stands for it and for nothing else.

    That is `x-` and its UTF-8 bytes in hexadecimal, or, where that would be long, `h-` and a digest.
    """
    if _SAFE.fullmatch(text) and len(text) <= _LONGEST_PART and not text.startswith(("x-", "h-")):
        return text
    spelled = "x-" + text.encode(errors="surrogatepass").hex()
    if len(spelled) <= _LONGEST_PART:
        return spelled
    return "h-" + hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:32]


def process_group(process_id: str) -> str:
    """Return the group that one process hears."""
    return f"{_PROCESS}{process_id}"


def worker_group(worker: str) -> str:
    """Return the group that the processes of a worker hear."""
    return f"{_WORKER}{worker}"


def user_group(owner: str) -> str:
    """Return the group of all topics of a user, whose id is safe in a group's name."""
    return f"{_USER}{owner}"


def named_group(kind: str, name: str) -> str:
    """Return the group of a topic of a kind, whose name is safe in a group's name."""
    return f"{_NAMED}{kind}.{name}"


def dotted_group(category: str) -> str:
    """Return the group of the dotted names of a category, to which an owner is added."""
    return f"{_DOTTED}{category}"


def system_group(name: str) -> str:
    """Return the group of a dotted name that is of the deployment, and nobody's."""
    return f"{_SYSTEM}{name}"


def everybodys(group: str) -> str:
    """Return the group of all owners that also carries what `group`, one owner's, does; else `group` itself.

    >>> everybodys("c.grid.7"), everybodys("s.health")
    ('c.grid.all', 's.health')
    """
    return f"{group.rpartition('.')[0]}.{EVERYBODY}" if group.count(".") > 1 else group


def is_control_group(group: str) -> bool:
    """Return whether a group is for what processes tell each other or staff of the deployment, rather than a topic."""
    is_processes = group in {GATEWAYS_GROUP, BRIDGE_GROUP} or group.startswith((_WORKER, _PROCESS, _SYSTEM))
    return is_processes or (group.startswith(_DOTTED) and group.endswith(f".{EVERYBODY}"))


def host_key(name: str) -> str:
    """Return the part of a group's name, or of a topic's key, that says which host has it: all of a user's are on one.

    >>> host_key("u.7.alerts"), host_key("c.grid.7"), host_key("m.price.BTCUSDT")
    ('u.7', 'u.7', 'm.price.BTCUSDT')
    """
    if name.startswith(_USER):
        return ".".join(name.split(".", 2)[:2])
    return f"{_USER}{name.rpartition('.')[2]}" if name.startswith(_DOTTED) and name.count(".") > 1 else name
