"""What people and programs are answered where Django gives up, without a database: no test here may use one."""

import pytest
from django.test import Client
from pytest_django import Settings

from tests.config.http.failing_urls import SECRET
from tests.config.http.loaded_files import loaded_files

_FAULTS = {
    "malformed": (400, "VALIDATION_ERROR", "The request can't be read"),
    "forbidden": (403, "PERMISSION_DENIED", "Permission denied"),
    "broken": (500, "INTERNAL_ERROR", "Internal error"),
}
_failing = pytest.mark.urls("tests.config.http.failing_urls")


@pytest.fixture
def client() -> Client:
    """Return a browser that gets to see what a server would answer, and is held to the check of forms."""
    return Client(raise_request_exception=False, enforce_csrf_checks=True)


@_failing
@pytest.mark.parametrize("fault", _FAULTS)
def test_people_get_a_page_that_leads_on_and_tells_nothing_of_the_fault(client: Client, fault: str) -> None:
    answer = client.get(f"/{fault}/")
    text = answer.content.decode()
    assert (answer.status_code, answer["Content-Type"]) == (_FAULTS[fault][0], "text/html; charset=utf-8")
    assert f"Error {answer.status_code}" in text
    assert '<a class="button button-primary" href="/">' in text
    assert SECRET not in text


@_failing
@pytest.mark.parametrize("fault", _FAULTS)
def test_programs_get_the_one_shape_of_refusals(client: Client, fault: str) -> None:
    answer = client.get(f"/api/v1/{fault}/")
    status, code, message = _FAULTS[fault]
    assert (answer.status_code, answer.json()) == (status, {"error": {"code": code, "message": message}})


def test_where_nothing_is_programs_are_told_so_with_the_address(client: Client) -> None:
    answer = client.get("/api/v1/nowhere")
    error = {"code": "NOT_FOUND", "message": "There is nothing at /api/v1/nowhere"}
    assert (answer.status_code, answer.json()) == (404, {"error": error})


def test_where_nothing_is_people_get_a_page_which_says_nothing_of_the_address(client: Client) -> None:
    answer = client.get("/nowhere/<script>")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()
    assert "nowhere" not in answer.content.decode()


def test_a_host_that_is_not_served_is_refused_by_the_page_and_in_the_one_shape(
    client: Client, settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["prices.example.com"]
    page = client.get("/", headers={"Host": "elsewhere.example.com"})
    assert (page.status_code, "Error 400" in page.content.decode()) == (400, True)
    answer = client.get("/api/schema/", headers={"Host": "elsewhere.example.com"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "VALIDATION_ERROR")


def test_a_form_from_elsewhere_is_refused_by_a_page_that_says_what_to_do(client: Client) -> None:
    answer = client.post("/admin/login/", {"username": "someone", "password": "secret"})
    assert answer.status_code == 403
    assert "send it again" in answer.content.decode()


def test_all_that_an_error_page_loads_is_there(client: Client, settings: Settings) -> None:
    settings.PAGE_BUNDLES = False

    def get(address: str) -> tuple[int, str]:
        answer = client.get(address)
        return answer.status_code, answer.content.decode(errors="replace")

    seen, missing = loaded_files("/nowhere", get)
    assert len(seen) >= 3
    assert missing == []
