"""The operators' page as the server sends it: a shell for anybody, without any data."""

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from accounts.models import User


def _operator() -> User:
    """Make a member of the staff without any permission."""
    return User.objects.create_user("operator", "operator@example.com", "a long enough one", is_staff=True)


def test_it_gives_anybody_the_same_empty_shell(client: Client) -> None:
    answer = client.get("/operations/")
    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (200, "text/html")
    assert b"For staff" in answer.content


@pytest.mark.django_db
def test_it_puts_nothing_of_the_deployment_into_the_page_for_staff_either(client: Client) -> None:
    stranger = client.get("/operations/").content
    client.force_login(_operator())
    assert client.get("/operations/").content == stranger


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_only_shows_the_page(client: Client, method: str) -> None:
    assert getattr(client, method)("/operations/").status_code == 405


def test_it_leads_to_the_address_with_its_slash(client: Client) -> None:
    answer = client.get("/operations")
    assert (answer.status_code, answer["Location"]) == (301, "/operations/")


@pytest.mark.parametrize("name", ["operations.js", "operations.css"])
def test_it_serves_its_own_files(client: Client, name: str) -> None:
    assert finders.find(f"operations/{name}") is not None
    assert client.get(f"/static/operations/{name}").status_code == 200


@pytest.mark.django_db
def test_it_is_linked_in_the_admins_side_bar_for_all_staff(client: Client) -> None:
    client.force_login(_operator())
    answer = client.get(reverse("admin:index"))
    assert 'href="/operations/"' in answer.content.decode()
