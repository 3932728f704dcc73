"""The site of the documents: it is built without a network, leads to every page, and no link leads nowhere."""

import json
import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from tests.documents.site_pages import BLOCKS, Page, broken_links, foreign_addresses, pages_of
from tests.processes import ROOT

_NOWHERE = "http://127.0.0.1:9"
_MARKDOWN = MarkdownIt("commonmark").enable("table")
_REFERENCE = Path("docs", "reference")
_KINDS = ["Tidewire", "Tutorials", "How-tos", "Reference", "Explanations"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site, built once: as `make site` does it, where no proxy leads out."""
    folder = tmp_path_factory.mktemp("site")
    environment = {**os.environ, **dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), _NOWHERE)}
    command = (sys.executable, str(ROOT / "docs" / "build_site.py"), str(folder))
    built = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    assert str(folder / "html") in built.stdout
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    """The pages of the site."""
    return pages_of(site / "html")


def test_each_document_has_its_place_in_one_of_the_four_kinds(site: Path) -> None:
    navigation = tomllib.loads((site / "zensical.toml").read_text(encoding="utf-8"))["project"]["nav"]
    places = Counter(_paths_of(navigation))
    sources = {path.relative_to(site / "source").as_posix() for path in (site / "source").rglob("*.md")}
    documents = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert [next(iter(kind)) for kind in navigation] == _KINDS
    assert documents < sources
    assert sources - set(places) == set(), "each page needs a place in docs/zensical.toml"
    assert places == dict.fromkeys(sources, 1)


def test_no_link_leads_to_what_is_not_there(site: Path, pages: dict[Path, Page]) -> None:
    assert list(broken_links(site / "html", pages)) == []


def test_it_loads_nothing_from_another_host(site: Path, pages: dict[Path, Page]) -> None:
    assert list(foreign_addresses(site / "html", pages)) == []
    drawn_by_what_it_would_load = {"mermaid", "arithmatex"}
    assert not any(page.classes & drawn_by_what_it_would_load for page in pages.values())


def test_what_is_a_list_or_a_table_in_the_repository_is_one_on_the_site(site: Path, pages: dict[Path, Page]) -> None:
    for path in sorted((site / "source").rglob("*.md")):
        page = pages[_built(site, path)]
        rendered = _MARKDOWN.render(path.read_text(encoding="utf-8"))
        tags = Counter(tag for tag in re.findall(r"<(\w+)", rendered) if tag in BLOCKS)
        begins = [start or "1" for start in re.findall(r'<ol(?: start="(\d+)")?>', rendered)]
        assert (page.blocks, page.begins) == (tags, begins), path.relative_to(site)


def test_it_can_be_searched_and_is_dark_where_one_likes(site: Path) -> None:
    start = (site / "html" / "index.html").read_text(encoding="utf-8")
    assert "grid_count" in (site / "html" / "search.json").read_text(encoding="utf-8")
    assert "(prefers-color-scheme: dark)" in start
    assert "(prefers-color-scheme: light)" in start


def test_its_reference_has_every_address_of_rest(site: Path, pages: dict[Path, Page]) -> None:
    document = json.loads((site / "html" / _REFERENCE / "openapi.json").read_text(encoding="utf-8"))
    operations = {one["operationId"] for methods in document["paths"].values() for one in methods.values()}
    assert {"post_alerts_rules", "get_health"} <= operations
    assert operations <= pages[site / "html" / _REFERENCE / "rest.html"].anchors


def test_its_reference_of_rest_says_who_may_what(site: Path) -> None:
    page = (site / "html" / _REFERENCE / "rest.html").read_text(encoding="utf-8")
    said = dict(re.findall(r'<h3 id="(\w+)">.*?</h3>\s*<p>[^<]*\. For ([^<]*)\.</p>', page))
    assert {
        name: said[name] for name in ("get_health", "get_alerts_rules", "get_ops_history", "post_trading_orders")
    } == {
        "get_health": "anyone",
        "get_alerts_rules": "whoever is logged in",
        "get_ops_history": "staff",
        "post_trading_orders": "whoever has the permission trading.add_order",
    }


def test_its_reference_shows_no_signs_of_its_markup(site: Path) -> None:
    for page in (site / "html" / _REFERENCE).glob("*.html"):
        article = page.read_text(encoding="utf-8").partition("<article")[2].partition("</article>")[0]
        seen = re.sub(r"<pre.*?</pre>|<code.*?</code>|<[^>]+>", "", article, flags=re.DOTALL)
        assert (page.name, len(seen) > 1000, re.findall(r".*(?:\\|\]\(|\{ #).*", seen)) == (page.name, True, [])


@pytest.mark.parametrize("dialect", ["market", "trading", "zigquant-v2"])
def test_its_reference_has_every_message_and_command_of_a_dialect(
    site: Path, pages: dict[Path, Page], dialect: str
) -> None:
    folder = site / "html" / _REFERENCE
    document = json.loads((folder / f"asyncapi-{dialect}.json").read_text(encoding="utf-8"))
    channels = document["channels"].values()
    messages = {f"message-{name}" for channel in channels for name in channel["messages"] if not _is_of_command(name)}
    commands = {f"command-{name}" for name, one in document["operations"].items() if "x-changes" in one}
    assert len(messages) > 40
    assert messages <= pages[folder / f"websocket-{dialect}.html"].anchors
    assert "command-grid.start" in commands
    assert commands <= pages[folder / "websocket-commands.html"].anchors


def _is_of_command(message: str) -> bool:
    return message.startswith(("command.", "response."))


def _paths_of(navigation: Any) -> Iterator[str]:
    match navigation:
        case str():
            yield navigation
        case list():
            for each in navigation:
                yield from _paths_of(each)
        case dict():
            for each in navigation.values():
                yield from _paths_of(each)


def _built(site: Path, source: Path) -> Path:
    path = site / "html" / source.relative_to(site / "source")
    return path.with_name("index.html") if path.name == "README.md" else path.with_suffix(".html")
