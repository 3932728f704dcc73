"""Confirming an address and setting a new password by mail, on the running demo, as a user does it."""

import asyncio
import json
import re
import secrets
from collections.abc import AsyncIterator
from email import policy
from email.parser import BytesParser
from pathlib import Path

import httpx2
import pytest
from websockets.asyncio.client import connect

from tests.deployments import Deployment
from tests.waiting import until

_PASSWORD, _NEW = "correct horse battery staple", "another horse, another staple"
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
_CLOSED_WITHIN_SECONDS = 2.0


class Newcomer:
    """Somebody who registers at the demo, reads the mail, and follows its links with a browser that keeps cookies."""

    def __init__(self, demo: Deployment, http: httpx2.AsyncClient) -> None:
        self._folder = Path(demo.environment["VAR_DIR"]) / "mail"
        self._url = demo.http_url
        self._http = http
        self.name = f"new-{secrets.token_hex(6)}"
        self.email = f"{self.name}@example.com"

    async def ask(self, path: str, body: object = None, *, token: str = "") -> httpx2.Response:
        """Ask by REST: a POST where there is a body."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        method = "GET" if body is None else "POST"
        return await self._http.request(method, f"{self._url}/api/v1/auth/{path}", json=body, headers=headers)

    async def log_in(self, password: str) -> dict[str, str]:
        """Return new tokens."""
        tokens: dict[str, str] = (await self.ask("token/", {"username": self.name, "password": password})).json()
        return tokens

    async def link(self, page: str) -> str:
        """Wait for the mail with a link to this page, and return the link."""
        await until(lambda: self._links(page), seconds=20)
        return self._links(page)[-1]

    async def open(self, link: str) -> httpx2.Response:
        """Open the page at `link`."""
        return await self._http.get(link)

    async def press(self, link: str, **fields: str) -> httpx2.Response:
        """Open the page at `link`, and send its form."""
        page = await self.open(link)
        found = _TOKEN.search(page.text)
        assert found, page.text
        form = {**fields, "csrfmiddlewaretoken": found[1]}
        return await self._http.post(link, data=form, headers={"Origin": self._url})

    def _links(self, page: str) -> list[str]:
        mails = [BytesParser(policy=policy.default).parsebytes(path.read_bytes()) for path in self._files()]
        own = [str(mail.get_content()) for mail in mails if mail["To"] == self.email]
        return [link for text in own for link in re.findall(rf"http://\S+/account/{page}/[\w-]+", text)]

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob("*.eml"))


@pytest.fixture
async def newcomer(demo: Deployment) -> AsyncIterator[Newcomer]:
    """Return somebody who has registered."""
    async with httpx2.AsyncClient(trust_env=False, timeout=20) as http:
        newcomer = Newcomer(demo, http)
        given = {"username": newcomer.name, "email": newcomer.email, "password": _PASSWORD}
        assert (await newcomer.ask("register/", given)).status_code == 201
        yield newcomer


async def test_it_confirms_the_address_of_who_follows_the_link(newcomer: Newcomer, demo: Deployment) -> None:
    token = (await newcomer.log_in(_PASSWORD))["access"]
    assert (await newcomer.ask("me/", token=token)).json()["email_confirmed"] is False
    link = await newcomer.link("confirm-email")
    assert link.startswith(f"{demo.http_url}/account/")
    assert (await newcomer.press(link)).status_code == 200
    assert (await newcomer.ask("me/", token=token)).json()["email_confirmed"] is True
    assert (await newcomer.open(link)).status_code == 400  # it is used up, which a warning says
    await until(lambda: "/account/confirm-email/[redacted]" in demo.processes["demo"].output)
    assert link.rpartition("/")[2] not in demo.processes["demo"].output


async def test_it_ends_every_login_when_a_password_is_reset(newcomer: Newcomer, demo: Deployment) -> None:
    tokens = await newcomer.log_in(_PASSWORD)
    async with connect(f"{demo.socket_url}?token={tokens['access']}") as socket:
        assert json.loads(await socket.recv())["data"]["authenticated"] is True
        assert (await newcomer.ask("password/reset/", {"email": newcomer.email})).status_code == 202
        link = await newcomer.link("reset-password")
        assert (await newcomer.press(link, password=_NEW, again=_NEW)).status_code == 200
        await asyncio.wait_for(socket.wait_closed(), _CLOSED_WITHIN_SECONDS)
        assert socket.close_code == 4401
    for token in tokens.values():
        assert (await newcomer.ask("token/verify/", {"token": token})).status_code == 401
    assert set(await newcomer.log_in(_NEW)) == {"access", "refresh"}


async def test_it_keeps_the_login_that_changes_the_password_and_ends_the_others(
    newcomer: Newcomer, demo: Deployment
) -> None:
    tokens = await newcomer.log_in(_PASSWORD)
    async with connect(f"{demo.socket_url}?token={tokens['access']}") as socket:
        await socket.recv()
        body = {"current": _PASSWORD, "new": _NEW}
        pair = (await newcomer.ask("password/change/", body, token=tokens["access"])).json()
        await asyncio.wait_for(socket.wait_closed(), _CLOSED_WITHIN_SECONDS)
        assert socket.close_code == 4401
    async with connect(f"{demo.socket_url}?token={pair['access']}") as socket:
        assert json.loads(await socket.recv())["data"]["authenticated"] is True
