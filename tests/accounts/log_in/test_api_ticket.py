"""`POST /api/v1/ws/ticket`, over HTTP, and the handshake that it is for."""

import pytest
from asgiref.sync import async_to_sync

from accounts.authentication import authenticate
from accounts.models import Ticket, User
from accounts.tokens.json_web_tokens import pair_issue
from streaming.identity.identity import Credential, CredentialKind
from tests.accounts.rest import JSON, assert_unauthenticated, get, post


@pytest.mark.parametrize("path", ["ws/ticket", "ws/ticket/"])
def test_it_gives_a_ticket_with_and_without_a_slash(user: User, path: str) -> None:
    response = post(path, {}, user=user)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    ticket = response.json()
    assert set(ticket) == {"ticket", "expires_in"}
    assert ticket["expires_in"] == 30
    assert len(ticket["ticket"]) >= 43
    assert ticket["ticket"].replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize(("body", "content_type"), [(b"", ""), (b"", JSON), (b"not json", "text/plain"), (b"[]", JSON)])
def test_it_needs_no_body(user: User, body: bytes, content_type: str) -> None:
    assert post("ws/ticket", body, content_type=content_type, user=user).status_code == 200


def test_it_gives_nobody_a_ticket(user: User, inactive_user: User) -> None:
    assert_unauthenticated(post("ws/ticket", {}))
    assert_unauthenticated(post("ws/ticket", {}, user=inactive_user))
    refresh = pair_issue(user=user).refresh
    assert_unauthenticated(post("ws/ticket", {}, Authorization=f"Bearer {refresh}"))
    assert not Ticket.objects.exists()


def test_it_logs_nobody_in_over_rest(user: User) -> None:
    ticket = post("ws/ticket", {}, user=user).json()["ticket"]
    assert_unauthenticated(get("auth/me/", Authorization=f"Bearer {ticket}"))


@pytest.mark.usefixtures("shared_database")
def test_it_logs_in_whose_token_it_was_got_with() -> None:
    users = [User.objects.create_user(name, f"{name}@example.com", "password") for name in ("Ada", "Bob")]
    tickets = [post("ws/ticket", {}, user=user).json()["ticket"] for user in users]
    identities = [async_to_sync(authenticate)(Credential(CredentialKind.TICKET, ticket)) for ticket in tickets]
    assert [identity.username for identity in identities] == ["Ada", "Bob"]
