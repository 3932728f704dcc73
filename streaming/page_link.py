"""How an app's page is reached from all others."""

import msgspec


class PageLink(msgspec.Struct, frozen=True, kw_only=True):
    """A link of the top bar: what it is called there, and what `reverse` takes to lead to it.

    They stand in the order in which apps are installed, each app's in its own. A page that includes the top bar names
    its `url_name` as `here`, so that its link is the current one.
    """

    title: str
    url_name: str
