"""What the groups of the channel layer are called: that says which Redis host has one, and which all have. Pure."""

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
