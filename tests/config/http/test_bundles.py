"""What stands for the pages' sources where they are bundled."""

import hashlib
import json
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import Client
from pytest_django import Settings

from config.http.bundles import bundled_files
from tests.services import need

_SOURCE = "shared/logo.svg"
_BUNDLE = "bundles/pages/logo-ABCD2345.svg"


def _manifest(folder: Path, digest: str) -> Path:
    text = json.dumps({"files": {_SOURCE: _BUNDLE}, "sources": {_SOURCE: digest}})
    (folder / "manifest.json").write_text(text)
    return folder


@pytest.fixture
def digest() -> str:
    """Return the hash of the source as it is."""
    return hashlib.sha256((configured.FILES_DIR / "templates" / "static" / _SOURCE).read_bytes()).hexdigest()


def test_a_bundle_stands_for_its_source_in_pages(tmp_path: Path, settings: Settings, digest: str) -> None:
    settings.BUNDLES_DIR = _manifest(tmp_path, digest)
    assert staticfiles_storage.url(_SOURCE) == f"/static/{_BUNDLE}"
    assert staticfiles_storage.url("shared/views.js") == "/static/shared/views.js"
    settings.PAGE_BUNDLES = False
    assert staticfiles_storage.url(_SOURCE) == f"/static/{_SOURCE}"


@pytest.mark.parametrize("name", [_SOURCE, "shared/removed.js"])
def test_it_serves_sources_of_which_one_was_changed_or_removed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, digest: str, name: str
) -> None:
    text = json.dumps({"files": {_SOURCE: _BUNDLE}, "sources": {name: digest[::-1]}})
    (tmp_path / "manifest.json").write_text(text)
    assert bundled_files(tmp_path) == {}
    assert "make bundles" in caplog.text


def test_it_serves_sources_where_nothing_was_bundled(tmp_path: Path) -> None:
    assert bundled_files(tmp_path) == {}


def test_browsers_get_bundles_compressed_and_keep_them(client: Client) -> None:
    bundles = bundled_files(configured.BUNDLES_DIR)
    need("what `make bundles` makes", is_there=bool(bundles))
    for name in ("dashboard/dashboard.js", "dashboard/styles.css"):
        answer = client.get(f"/static/{bundles[name]}", headers={"Accept-Encoding": "gzip, br"})
        assert (answer.status_code, answer["Content-Encoding"]) == (200, "br")
        assert "immutable" in answer["Cache-Control"]
        plain = client.get(f"/static/{bundles[name]}")
        assert "Content-Encoding" not in plain.headers
        assert len(plain.content) > 3 * len(answer.content)
