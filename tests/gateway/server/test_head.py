"""HEAD over a raw socket: the head that GET has, and nothing behind it (RFC 9110, 9.3.2)."""

import pytest
from asgiref.sync import sync_to_async

from accounts.models import User
from accounts.tokens.json_web_tokens import access_issue
from tests.gateway.server.raw_http import ask, head
from tests.serving import serving

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("path", ["/api/v1/alerts/rules/", "/api/v1/auth/me/", "/health", "/"])
async def test_it_answers_head_as_get_without_a_body(path: str) -> None:
    user = await User.objects.acreate_user("ada", "ada@example.com", None)
    token = await sync_to_async(access_issue)(user=user)
    async with serving() as gateway:
        answer = await ask(gateway.port, head(f"HEAD {path} HTTP/1.1", f"Authorization: Bearer {token}"))
    assert (answer.status, answer.body) == (200, b"")
