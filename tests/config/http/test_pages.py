"""The pages and files that the platform itself serves."""

import pytest
from django.conf import settings as configured
from django.test import Client
from pytest_django import Settings

from tests.config.http.loaded_files import loaded_files

_PAGES = (
    "/",
    "/operations/",
    "/admin/login/",
    "/api/docs/",
    "/api/docs/websocket/market/",
    "/account/",
    f"/account/reset-password/{'x' * 43}",
)


def test_it_serves_the_dashboard(client: Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert b"Tidewire" in answer.content


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_only_shows_the_dashboard(client: Client, method: str) -> None:
    assert getattr(client, method)("/").status_code == 405


def test_it_serves_static_files_whole_and_in_ranges(client: Client) -> None:
    whole = client.get("/static/shared/logo.svg")
    assert (whole.status_code, whole["Content-Type"]) == (200, "image/svg+xml")
    assert int(whole["Content-Length"]) == len(whole.content) > 100
    part = client.get("/static/shared/logo.svg", headers={"Range": "bytes=5-9"})
    assert (part.status_code, part.content) == (206, whole.content[5:10])
    unchanged = client.get("/static/shared/logo.svg", headers={"If-Modified-Since": whole["Last-Modified"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")


def test_it_answers_a_head_request_without_a_body(client: Client) -> None:
    answer = client.head("/static/shared/logo.svg")
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer["Content-Length"]) > 100


def test_it_has_an_icon_where_browsers_look_for_one(client: Client) -> None:
    answer = client.get("/favicon.ico", follow=True)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")


def test_it_serves_the_javascript_client_as_it_is_published(client: Client) -> None:
    published = configured.BASE_DIR / "clients" / "javascript" / "src" / "index.js"
    assert client.get("/static/client/index.js").content == published.read_bytes()


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize("page", _PAGES)
def test_it_serves_whatever_a_page_and_its_modules_load(client: Client, settings: Settings, page: str) -> None:
    settings.PAGE_BUNDLES = False

    def get(address: str) -> tuple[int, str]:
        answer = client.get(address)
        return answer.status_code, answer.content.decode(errors="replace")

    seen, missing = loaded_files(page, get)
    assert seen
    assert missing == []


@pytest.mark.parametrize("page", ["/", "/operations/", "/backtests/", "/wallets/", "/api/docs/websocket/market/"])
def test_it_compresses_pages(client: Client, page: str) -> None:
    assert client.get(page, headers={"Accept-Encoding": "gzip"})["Content-Encoding"] == "gzip"
