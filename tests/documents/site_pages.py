"""The pages of a built site: what each links to, what it loads, and what it is made of."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LOADED = {"link": "href", "script": "src", "img": "src", "iframe": "src", "source": "src", "object": "data"}
_UNLOADED_LINKS = frozenset({"canonical", "next", "prev", "edit"})
_OF_STYLES = re.compile(r"""(?:@import\s+|url\(\s*)["']?([^"')\s;]+)""")
BLOCKS = ("h1", "h2", "h3", "li", "table", "tr", "pre", "img")
"""What a page's Markdown is made of, as far as it is the same however it is read."""


class Page(HTMLParser):
    """What one page has: anchors, links, addresses that it loads, the blocks of its article, where lists begin."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.classes: set[str] = set()
        self.blocks: Counter[str] = Counter()
        self.begins: list[str] = []
        self._article = 0
        self._navigation = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        values = {name: value or "" for name, value in attrs}
        self.anchors |= {values[name] for name in ("id", "name") if name in values}
        self.classes |= set(values.get("class", "").split())
        self.loaded += _OF_STYLES.findall(values.get("style", ""))
        self._note_addresses(tag, values)
        self._article += tag == "article"
        self._navigation += tag == "nav"
        if self._article and not self._navigation and tag in BLOCKS:
            self.blocks[tag] += 1
        if self._article and tag == "ol":
            self.begins.append(values.get("start", "1"))

    def handle_endtag(self, tag: str) -> None:
        """Note where the article, or a list of links in it, ends."""
        self._article -= tag == "article"
        self._navigation -= tag == "nav"

    def _note_addresses(self, tag: str, values: Mapping[str, str]) -> None:
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if tag in _LOADED and _LOADED[tag] in values and values.get("rel") not in _UNLOADED_LINKS:
            self.loaded.append(values[_LOADED[tag]])
        self.loaded += [each.split()[0] for each in values.get("srcset", "").split(",") if each.strip()]


def pages_of(folder: Path) -> dict[Path, Page]:
    """Return the pages below a folder."""
    return {path: Page(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.html"))}


def broken_links(root: Path, pages: Mapping[Path, Page]) -> Iterator[str]:
    """Yield each link to a file or an anchor of the site at `root` that isn't there."""
    for path, page in pages.items():
        for link in {*page.links, *page.loaded}:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = _target(root, path, unquote(parts.path))
            is_there = target.is_file()
            if is_there and target in pages and parts.fragment:
                is_there = unquote(parts.fragment) in pages[target].anchors
            if not is_there:
                yield f"{path.name}: {link}"


def _target(root: Path, page: Path, address: str) -> Path:
    if not address:
        return page
    base = root if address.startswith("/") else page.parent
    target = (base / address.lstrip("/")).resolve()
    return target / "index.html" if target.is_dir() else target


def foreign_addresses(root: Path, pages: Mapping[Path, Page]) -> Iterator[str]:
    """Yield each address of another host that a page or a style sheet of the site loads."""
    for path, page in pages.items():
        yield from (f"{path.name}: {address}" for address in page.loaded if _is_foreign(address))
    for path in sorted(root.rglob("*.css")):
        addresses = _OF_STYLES.findall(path.read_text(encoding="utf-8"))
        yield from (f"{path.name}: {address}" for address in addresses if _is_foreign(address))


def _is_foreign(address: str) -> bool:
    parts = urlsplit(address)
    return bool(parts.netloc) or parts.scheme in {"http", "https", "ws", "wss"}
