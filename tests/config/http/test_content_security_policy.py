"""The Content-Security-Policy of every answer, and what an operator may add to it."""

from typing import Never

import httpx2
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.test import Client
from django.urls import path
from pytest_django import Settings

from config.http.content_security_policy import policies
from tests.serving import serving

_UNSAFE = ("'unsafe-inline'", "'unsafe-eval'")


def _fail(request: HttpRequest) -> Never:
    raise RuntimeError("a view that fails")


urlpatterns = [path("", _fail)]


def _directives(header: str) -> dict[str, list[str]]:
    return {name: sources for name, *sources in (directive.split() for directive in header.split("; "))}


def _policy_of(client: Client, address: str) -> dict[str, list[str]]:
    return _directives(client.get(address)["Content-Security-Policy"])


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/nowhere",
        "/api/v1/nowhere",
        "/api/v1/auth/me/",
        "/static/shared/logo.svg",
        "/static/nothing.js",
        "/admin",
    ],
)
def test_it_gives_every_answer_a_policy_without_anything_inline(client: Client, address: str) -> None:
    policy = _policy_of(client, address)
    assert policy["default-src"] == policy["script-src"] == policy["style-src"] == ["'self'"]
    assert policy["connect-src"] == policy["form-action"] == ["'self'"]
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]
    assert not any(unsafe in sources for sources in policy.values() for unsafe in _UNSAFE)


def test_it_gives_a_page_that_failed_the_same(client: Client, settings: Settings) -> None:
    usual = client.get("/")["Content-Security-Policy"]
    settings.ROOT_URLCONF = __name__
    client.raise_request_exception = False
    answer = client.get("/")
    assert (answer.status_code, answer["Content-Security-Policy"]) == (500, usual)


def test_it_gives_a_request_for_another_host_the_same(client: Client, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["tidewire.example"]
    usual = client.get("/", headers={"host": "tidewire.example"})["Content-Security-Policy"]
    answer = client.get("/", headers={"host": "other.example"})
    assert (answer.status_code, answer["Content-Security-Policy"]) == (400, usual)


@pytest.mark.django_db(transaction=True)
async def test_it_is_what_serve_sends_with_pages_files_and_answers() -> None:
    async with serving() as gateway, httpx2.AsyncClient(base_url=gateway.http_url) as browser:
        for address in ("/", "/operations/", "/static/client/index.js", "/health", "/api/v1/auth/me/", "/nowhere"):
            policy = _directives((await browser.get(address)).headers["Content-Security-Policy"])
            assert policy["script-src"] == ["'self'"], address
        admin = _directives((await browser.get("/admin/login/")).headers["Content-Security-Policy"])
        assert admin["script-src"] == ["'self'", *_UNSAFE]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/admin/", "/admin/login/", "/admin/streams/", "/admin/nowhere/"])
def test_it_lets_the_admin_alone_run_what_its_panel_is_made_of(client: Client, address: str) -> None:
    policy = _policy_of(client, address)
    assert policy["script-src"] == ["'self'", *_UNSAFE]
    assert policy["style-src"] == ["'self'", "'unsafe-inline'"]
    assert policy["default-src"] == policy["connect-src"] == policy["form-action"] == ["'self'"]
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]


def test_it_adds_what_an_operator_allows_to_both_policies() -> None:
    for policy in policies("img-src https://cdn.example.com;  connect-src wss://a.example.com wss://b.example.com;"):
        assert policy["img-src"] == ("'self'", "data:", "https://cdn.example.com")
        assert policy["connect-src"] == ("'self'", "wss://a.example.com", "wss://b.example.com")
        assert policy["default-src"] == ("'self'",)


def test_it_begins_a_directive_that_was_not_there_with_the_default() -> None:
    assert policies("font-src https://fonts.example.com")[0]["font-src"] == ("'self'", "https://fonts.example.com")


def test_it_ends_a_refusal_of_everything_with_the_first_source() -> None:
    assert policies("frame-ancestors https://desk.example.com")[0]["frame-ancestors"] == ("https://desk.example.com",)


@pytest.mark.parametrize(
    "additions",
    ["picture-src https://cdn.example.com", "img-src", "script-src 'unsafe-inline'", "style-src a 'UNSAFE-EVAL'"],
)
def test_it_refuses_to_start_with_an_addition_that_is_none_or_undoes_the_policy(additions: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="CONTENT_SECURITY_POLICY_ADDITIONS"):
        policies(additions)
