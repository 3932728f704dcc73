"""HTTP for tests: any answer is an answer, whatever its status."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any

_SECONDS = 45.0


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Take a redirect for the answer."""


_open = urllib.request.build_opener(_NoRedirects).open


@dataclass(frozen=True)
class Answer:
    """What a server said."""

    status: int
    headers: Message
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


def get(url: str, *, token: str | None = None) -> Answer:
    """Ask for a page, with a token where one is given."""
    return request("GET", url, token=token)


def post(url: str, data: Any, *, token: str | None = None) -> Answer:
    """Send JSON, with a token where one is given."""
    return request("POST", url, data, token=token)


def request(
    method: str, url: str, data: Any = None, *, token: str | None = None, headers: Mapping[str, str] | None = None
) -> Answer:
    """Return the answer to a request; redirects aren't followed."""
    sent = {"Content-Type": "application/json", **(headers or {})}
    if token is not None:
        sent["Authorization"] = f"Bearer {token}"
    body = None if data is None else data if isinstance(data, bytes) else json.dumps(data).encode()
    try:
        with _open(urllib.request.Request(url, body, sent, method=method), timeout=_SECONDS) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as refusal:
        with refusal:
            return Answer(refusal.code, refusal.headers, refusal.read())
