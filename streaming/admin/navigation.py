"""What an app puts into the side bar of the admin."""

import msgspec


class AdminLink(msgspec.Struct, frozen=True, kw_only=True):
    """A link: `icon` is a name of Material Symbols, `url_name` what `reverse` takes.

    Only who holds `permission` (`alerts.view_alertrule`) is shown it; all staff are where it is empty.
    """

    title: str
    icon: str
    url_name: str
    permission: str = ""


class AdminSection(msgspec.Struct, frozen=True, kw_only=True):
    """Links under one title. Sections stand by their `rank`, the lowest first, and else as their apps are installed."""

    title: str
    links: tuple[AdminLink, ...]
    rank: int = 50
