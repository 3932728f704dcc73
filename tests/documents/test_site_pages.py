"""What would be found of a site that is wrong."""

from pathlib import Path

from tests.documents.site_pages import Page, broken_links, foreign_addresses, pages_of


def _site(folder: Path, **pages: str) -> Path:
    for name, text in pages.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return folder


def test_it_finds_links_to_pages_and_headings_that_are_not_there(tmp_path: Path) -> None:
    links = "".join(
        f'<a href="{link}">x</a>'
        for link in (
            "b.html",
            "b.html#here",
            "#top",
            "https://elsewhere.example/",
            "b.html#gone",
            "c.html",
            "#gone",
            "/b.html",
            "/c.html",
        )
    )
    site = _site(tmp_path, a=f'<h1 id="top">A</h1>{links}<img src="d.png">', b='<h2 id="here">B</h2>')
    found = [each.removeprefix("a.html: ") for each in broken_links(site, pages_of(site))]
    assert sorted(found) == ["#gone", "/c.html", "b.html#gone", "c.html", "d.png"]


def test_it_finds_whatever_is_loaded_from_another_host(tmp_path: Path) -> None:
    loaded = (
        '<link rel="stylesheet" href="https://fonts.example/a.css"><link rel="canonical" href="https://own.example/">'
        '<script src="//cdn.example/b.js"></script><img src="c.png" srcset="https://d.example/d.png 2x">'
        '<p style="background: url(https://e.example/e.png)"></p><a href="https://linked.example/">x</a>'
    )
    site = _site(tmp_path, a=loaded)
    (site / "f.css").write_text(
        '@import "https://f.example/f.css"; p { background: url("data:image/svg+xml,<svg xmlns=\'http://w3\'>") }',
        encoding="utf-8",
    )
    hosts = [each.split("//")[1].split("/")[0] for each in foreign_addresses(site, pages_of(site))]
    assert hosts == ["fonts.example", "cdn.example", "d.example", "e.example", "f.example"]


def test_it_counts_what_the_article_is_made_of() -> None:
    page = Page("<nav><ul><li>1</ul></nav><article><nav><li>2</nav><h1>A</h1><ul><li>3<li>4</ul></article><li>5")
    assert page.blocks == {"h1": 1, "li": 2}
