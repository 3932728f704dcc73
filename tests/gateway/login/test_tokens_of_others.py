"""Whom a token of another service logs in, over real sockets: nobody, until JWT_EXTERNAL says so."""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pytest_django import Settings
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from accounts.models import User
from tests.accounts.tokens_of_others import claims_of_another_issuer, signed
from tests.serving import Serving, serving

pytestmark = pytest.mark.django_db(transaction=True)


async def _user(name: str, **rights: Any) -> str:
    return str((await User.objects.acreate_user(name, f"{name}@example.com", None, **rights)).pk)


async def _answers(gateway: Serving, token: str) -> tuple[int, str]:
    """Return how REST answers who shows this token, and what a trading socket says first, or why it refuses."""
    header = [(b"Authorization", f"Bearer {token}".encode())]
    async with httpx2.AsyncClient() as client:
        me = await client.get(f"{gateway.http_url}/api/v1/auth/me/", headers=header)
    try:
        async with connect(f"{gateway.socket_url}/trading?token={token}") as connection:
            return me.status_code, json.loads(await connection.recv())["type"]
    except InvalidStatus as refused:
        return me.status_code, (refused.response.body or b"").decode()


async def test_it_logs_nobody_in_by_a_token_of_another_service() -> None:
    async with serving() as gateway:
        token = signed(claims_of_another_issuer(await _user("ada")))
        assert await _answers(gateway, token) == (401, "Authentication failed")


@pytest.mark.row("AC-12")
async def test_it_logs_in_the_existing_user_whom_it_names_where_it_may(settings: Settings) -> None:
    settings.JWT_EXTERNAL = True
    async with serving() as gateway:
        users = [await _user("ada"), await _user("former", is_active=False), "999999"]
        told = [await _answers(gateway, signed(claims_of_another_issuer(user))) for user in users]
    assert told == [(200, "connected"), (401, "Invalid token"), (401, "Invalid token")]


async def test_it_logs_in_by_the_public_key_of_an_identity_provider(settings: Settings, tmp_path: Path) -> None:
    key = generate_private_key(public_exponent=65537, key_size=2048)
    public = tmp_path / "provider.pem"
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    settings.JWT_PUBLIC_KEYS = [str(public)]
    async with serving() as gateway:
        token = signed(claims_of_another_issuer(await _user("ada")), key=key, algorithm="RS256")
        assert await _answers(gateway, token) == (401, "Authentication failed")
        settings.JWT_EXTERNAL = True
        assert await _answers(gateway, token) == (200, "connected")
