"""One visit of a trader: a page, the way in which it is used, and what holds at the end of every journey."""

from dataclasses import dataclass, field
from typing import Any

from tests.browser.browser_page import BrowserPage
from tests.browser.journeys.cells import Cell, Way
from tests.browser.journeys.ways import Keyboard, Mouse, Touch, WayOfUse
from tests.browser.signing_in import PASSWORD, ask, new_trader, open_signed_in, token_of

_WAYS: dict[Way, type[Mouse | Keyboard]] = {"mouse": Mouse, "touch": Touch, "keyboard": Keyboard}
_NARROW = 720
"""Pages that are narrower show one view at a time, chosen in the bar at the bottom, and the pages in a sheet."""
_WIDTHS = "[document.documentElement.scrollWidth, visualViewport.width]"


@dataclass
class Visit:
    """A visit in the circumstances of `cell` to the platform at `url`."""

    page: BrowserPage
    url: str
    cell: Cell
    name: str = ""
    """Of the trader who is signed in."""
    way: WayOfUse = field(init=False)

    def __post_init__(self) -> None:
        self.way = _WAYS[self.cell.way](self.page)

    def open(self, path: str = "") -> None:
        """Open a page as somebody who isn't signed in."""
        self.page.open(self.url + path, **self._window)

    def open_as_trader(self, path: str = "") -> None:
        """Open a page as a new trader, signed in before."""
        self.name = new_trader(self.url)
        open_signed_in(self.page, self.url + path, self.name, PASSWORD, **self._window)

    def show(self, view: str) -> None:
        """Let a narrow page show a view; a wide one shows all."""
        if self.cell.width < _NARROW:
            self.way.press(f"#views [data-view={view}]")

    def go_to(self, path: str) -> None:
        """Follow the link of a page in the list of pages, which a narrow page opens by a button."""
        if self.cell.width < _NARROW:
            self.way.press(".pages-open")
            assert self.page.accessibility() == []
        self.way.press(f"#pages a[href='/{path}']")
        self.page.wait(f"location.pathname === '/{path}'")

    def asked(self, path: str) -> Any:
        """Return what the server has of the trader."""
        return ask(f"{self.url}api/v1/{path}", token=token_of(self.url, self.name, PASSWORD))

    def ends_well(self) -> None:
        """See that nothing is wider than the screen, and that axe-core finds nothing; the console is read for all."""
        assert self.page.evaluate(_WIDTHS) == [self.cell.width, self.cell.width]
        assert self.page.accessibility() == []

    @property
    def _window(self) -> dict[str, Any]:
        return {"width": self.cell.width, "height": self.cell.height, "scheme": self.cell.scheme}
