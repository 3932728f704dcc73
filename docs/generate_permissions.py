"""The tables of docs/security.md that say who may what: made from the registries of commands, addresses and topics."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

from streaming.commands.access import ByParameters, CommandAccess, Permission, StaffPermission, Who
from streaming.topics.topic import Access

BEGIN = "<!-- who may what: made by `make format` from the registries -->"
END = "<!-- end of who may what -->"


class Person(StrEnum):
    """Those whom the tables tell apart; whoever is of the staff meets what is another's."""

    NOBODY = "nobody"
    STRANGER = "another user"
    OWNER = "the owner"
    STAFF = "staff without"
    CLERK = "staff with"
    SUPERUSER = "superuser"


class PermissionCell(StrEnum):
    """What a cell says."""

    YES = "yes"
    NO = "no"
    LOG_IN = "log in"
    OWN = "one's own"


_LATER = "*"
_BY_PARAMETERS = {ByParameters: ", by its parameters"}


def cells(access: CommandAccess, others: Who | StaffPermission | None) -> Mapping[Person, PermissionCell]:
    """Return who may give a command of such access; `others` may do it to what is another's."""
    if isinstance(access, ByParameters):
        access = access.least
    return {person: _cell(person, access, others) for person in Person}


def _cell(person: Person, access: CommandAccess, others: Who | StaffPermission | None) -> PermissionCell:
    if access is Who.ANYONE:
        return PermissionCell.YES
    if person is Person.NOBODY:
        return PermissionCell.LOG_IN
    if access is not Who.LOGIN:
        return _yes(_reaches(person, access))
    if person is Person.OWNER:
        return PermissionCell.YES
    return PermissionCell.OWN if others is None else _yes(_reaches(person, others))


def _reaches(person: Person, access: CommandAccess) -> bool:
    """Return whether somebody is among those whom an access is for, beside what is one's own."""
    match access:
        case Permission():
            return person in {Person.CLERK, Person.SUPERUSER}
        case StaffPermission():
            return person in {Person.CLERK, Person.SUPERUSER}
        case Who.STAFF:
            return person in {Person.STAFF, Person.CLERK, Person.SUPERUSER}
        case _:
            return person is Person.SUPERUSER


def _yes(may: bool) -> PermissionCell:
    return PermissionCell.YES if may else PermissionCell.NO


def topic_cells(access: Access, *, is_own: bool = False) -> Mapping[Person, PermissionCell]:
    """Return who may read topics of a kind; such as `notifications` are each reader's own."""
    readers = {Person.STAFF, Person.CLERK, Person.SUPERUSER}
    if access is Access.ANYONE:
        return dict.fromkeys(Person, PermissionCell.YES)
    said = dict.fromkeys(Person, PermissionCell.YES) | {Person.NOBODY: PermissionCell.LOG_IN}
    if access is Access.STAFF:
        return said | dict.fromkeys(set(Person) - readers - {Person.NOBODY}, PermissionCell.NO)
    if access is Access.OWNER:
        return said | {Person.STRANGER: PermissionCell.NO}
    return said | dict.fromkeys([Person.STRANGER, *readers] if is_own else [], PermissionCell.OWN)


def permission_named(*accesses: CommandAccess | None) -> str:
    """Return the permissions that accesses name."""
    names = [access.name for access in accesses if isinstance(access, Permission | StaffPermission)]
    return ", ".join(f"`{name}`" for name in names)


def table(first: str, rows: Iterable[tuple[str, Mapping[Person, PermissionCell], str]]) -> Iterator[str]:
    """Yield a table's lines: what may be done, who may, and the permission that it takes."""
    yield f"| {first} | {' | '.join(Person)} | permission |"
    yield "|---" * (len(Person) + 2) + "|"
    for name, said, permission in rows:
        yield f"| {name} | {' | '.join(said[person] for person in Person)} | {permission} |"


def permissions_section() -> str:
    """Return the section: commands, addresses, topics."""
    lines: list[str] = [BEGIN, "", "### Commands", "", *table("command", _commands())]
    lines += ["", "### Addresses", "", *table("address", _addresses())]
    lines += ["", "### Topics", "", *table("channels", _topics()), "", END]
    return "\n".join(lines)


def _commands() -> Iterator[tuple[str, Mapping[Person, PermissionCell], str]]:
    from streaming.installed import command_registry  # noqa: PLC0415 - once Django is set up

    for kind in command_registry():
        others = None if kind.contract is None else kind.contract.others
        name = f"`{kind.action}`{_BY_PARAMETERS.get(type(kind.access), '')}"
        yield name, cells(kind.access, others), permission_named(kind.access, others)


def _addresses() -> Iterator[tuple[str, Mapping[Person, PermissionCell], str]]:
    from config.openapi.generator import operations  # noqa: PLC0415 - once Django is set up

    for one in operations():
        name = f"`{one.method} {one.path}`"
        yield name, cells(one.access, one.others), permission_named(one.access, one.others)


def _topics() -> Iterator[tuple[str, Mapping[Person, PermissionCell], str]]:
    from streaming.installed import topic_registry  # noqa: PLC0415 - once Django is set up

    registry = topic_registry()
    for kind in registry.kinds:
        is_own = kind.access is Access.LOGIN
        yield (
            f"{_spelled(kind.heads)}{_LATER if kind.is_planned else ''}",
            topic_cells(kind.access, is_own=is_own),
            "",
        )
    for category, access in registry.dotted.categories.items():
        yield f"`{category}.`", topic_cells(access), ""
    yield "`*`, `*.`", topic_cells(Access.LOGIN) | {Person.STRANGER: PermissionCell.OWN}, ""


def _spelled(heads: Sequence[str]) -> str:
    return ", ".join(f"`{head}`" for head in heads)
