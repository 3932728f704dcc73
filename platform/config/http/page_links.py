"""What each page's top bar leads to: a context processor of Django's templates."""

from collections.abc import Mapping

from django.http import HttpRequest

from streaming.installed import installed_page_links
from streaming.page_link import PageLink


def page_links(_: HttpRequest) -> Mapping[str, tuple[PageLink, ...]]:
    """Return the links of the installed apps' pages, as `page_links`."""
    return {"page_links": installed_page_links()}
