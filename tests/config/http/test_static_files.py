"""Static files of a gateway in production: those of STATIC_ROOT, whichever version has laid them there."""

import os
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from config.http.static import StaticFilesMiddleware

_OLD, _NEW = "bundles/pages/dashboard-AAAA2222.js", "bundles/pages/dashboard-BBBB3333.js"


def _not_found(_: HttpRequest) -> HttpResponse:
    return HttpResponse(status=404)


def _lay(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text)


@pytest.fixture
def root(tmp_path: Path, settings: Settings) -> Path:
    """STATIC_ROOT, with a bundle of the version that is started first, and a secret beside it."""
    folder = tmp_path / "static"
    settings.STATIC_ROOT, settings.WHITENOISE_USE_FINDERS = folder, False
    _lay(tmp_path, "secret", "secret")
    _lay(folder, _OLD, "old")
    return folder


@pytest.fixture
def gateway(root: Path) -> StaticFilesMiddleware:
    """What serves static files in a gateway that has been started when `root` held the old bundle alone."""
    return StaticFilesMiddleware(_not_found)


def _get(gateway: StaticFilesMiddleware, address: str, **headers: str) -> HttpResponse:
    request = RequestFactory().get("/", headers=headers)
    request.path_info = address
    return gateway(request)


def test_a_gateway_serves_what_a_new_version_laid_there_after_its_start(
    gateway: StaticFilesMiddleware, root: Path
) -> None:
    assert _get(gateway, f"/static/{_NEW}").status_code == 404
    _lay(root, _NEW, "new" * 100)
    _lay(root, f"{_NEW}.br", "compressed")
    answer = _get(gateway, f"/static/{_NEW}")
    assert (answer.status_code, answer.content) == (200, b"new" * 100)
    assert "immutable" in answer["Cache-Control"]
    assert answer["Content-Type"].startswith("text/javascript")
    compressed = _get(gateway, f"/static/{_NEW}", **{"Accept-Encoding": "br"})
    assert (compressed.content, compressed["Content-Encoding"]) == (b"compressed", "br")


def test_a_gateway_serves_what_the_version_before_has_left_there(root: Path) -> None:
    _lay(root, _NEW, "new")
    answer = _get(StaticFilesMiddleware(_not_found), f"/static/{_OLD}")
    assert (answer.status_code, answer.content) == (200, b"old")


@pytest.mark.parametrize(
    "name",
    [
        "../secret",
        "bundles/../../secret",
        "/secret",
        "..\\secret",
        "",
        ".",
        "bundles",
        "bundles/",
        f"{_OLD}/",
        f"{_OLD}/more",
        "name\0",
        "\udc80",
        "long" * 2000,
    ],
)
def test_it_finds_nothing_but_files_of_the_folder_and_keeps_no_note_of_what_is_not_there(
    gateway: StaticFilesMiddleware, name: str
) -> None:
    known = dict(gateway.files)
    assert _get(gateway, f"/static/{name}").status_code == 404
    assert gateway.files == known


def test_other_addresses_are_not_looked_for(gateway: StaticFilesMiddleware, root: Path) -> None:
    _lay(root.parent, "later", "later")
    assert {_get(gateway, address).status_code for address in ("/later", "/secret", "/static")} == {404}


def test_what_is_no_regular_file_is_passed_over(gateway: StaticFilesMiddleware, root: Path) -> None:
    os.mkfifo(root / "pipe")
    assert _get(gateway, "/static/pipe").status_code == 404
