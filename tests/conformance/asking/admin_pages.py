"""The admin's pages as a browser uses them: with cookies, and forms sent as they were shown."""

import urllib.parse
import urllib.request
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import Any

from django.contrib.admin.utils import quote

_SECONDS = 20.0


class AdminPages:
    """A browser that is logged in to the admin of a place as staff."""

    def __init__(self, http_url: str, username: str) -> None:
        self._http_url = http_url
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar())).open
        self._submit("/admin/login/?next=/admin/", {"username": username, "password": username})

    def deactivate(self, user_id: str) -> None:
        """Take the tick from "active" on a user's page, and save it."""
        self._submit(f"/admin/accounts/user/{user_id}/change/", {"is_active": None})

    def make_public(self, strategy_id: str) -> None:
        """Let anyone be told the signals of a live strategy, and agree to what is asked then."""
        self._submit(f"/admin/trading/strategy/{quote(strategy_id)}/make-public/", {"_form_submitted": "True"})

    def make_model_public(self, version_id: str) -> None:
        """Let anyone be told what a model says, and agree to what is asked then."""
        self._submit(f"/admin/trading/modelversion/{quote(version_id)}/make-public/", {"_form_submitted": "True"})

    def _submit(self, path: str, changes: dict[str, str | None]) -> None:
        """Send the form of a page with some fields changed; None leaves a field out."""
        fields = {**_fields_of(self._read(path)), **changes}
        sent = {name: value for name, value in fields.items() if value is not None}
        shown = self._read(path, urllib.parse.urlencode(sent).encode())
        assert "errornote" not in shown, shown

    def _read(self, path: str, body: bytes | None = None) -> str:
        request = urllib.request.Request(self._http_url + path, body, {"Referer": self._http_url + path})
        with self._open(request, timeout=_SECONDS) as answer:
            text: str = answer.read().decode()
        return text


class _Form(HTMLParser):
    """Collects the inputs of all forms of a page: names and values, as they would be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str | None] = {}

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Take an input that has a name and would be sent."""
        given: dict[str, Any] = dict(attributes)
        kind = given.get("type", "text")
        if tag != "input" or "name" not in given or kind in {"submit", "button", "search", "file"}:
            return
        if kind in {"checkbox", "radio"} and "checked" not in given:
            return
        self.fields[given["name"]] = given.get("value") or ("on" if kind == "checkbox" else "")


def _fields_of(page: str) -> dict[str, str | None]:
    form = _Form()
    form.feed(page)
    return form.fields
