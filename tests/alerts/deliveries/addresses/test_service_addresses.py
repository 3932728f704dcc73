"""Where services reach a user, over REST: an owner, another user, and what is never shown."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from alerts.models import ChannelSwitch, Delivery, ServiceAddress
from alerts.preferences.preferences import Channel
from alerts.preferences.selectors import preferences_of
from tests.accounts.rest import assert_refused, bearer
from tests.alerts.deliveries.notifying import draft_of, tell

BASE = "/api/v1/notifications/"
NTFY = {"channel": "ntfy", "url": "https://ntfy.sh/secret-topic-of-ada", "token": "tk_secret"}
SLACK = {"channel": "slack", "url": "https://hooks.slack.com/services/T0ADA/B0ADA/secretOfAda"}
DISCORD = {"channel": "discord", "url": "https://discord.com/api/webhooks/1234567890/a-Secret_of-Ada"}
TELEGRAM = {"channel": "telegram", "token": "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", "chat_id": "-1001234567890"}
SHOWN = [
    (NTFY, "https://ntfy.sh/…ada"),
    (SLACK, "https://hooks.slack.com/…Ada"),
    (DISCORD, "https://discord.com/…Ada"),
    (TELEGRAM, "https://api.telegram.org/…, chat …890"),
    (
        TELEGRAM | {"chat_id": "@ada_trades", "url": "https://bots.example:8081"},
        "https://bots.example:8081/…, chat …des",
    ),
]
NO_TOPIC = [
    "https://ntfy.sh/", "https://ntfy.sh/a/b", "https://ntfy.sh/a?b=c", "https://ntfy.sh/a#b", "https://ntfy.sh/töpic",
    "https://ntfy.sh/" + "x" * 65,
]  # fmt: skip
_SLACK = "https://hooks.slack.com/services/"
NO_HOOK = [
    _SLACK,
    f"{_SLACK}T0/B0",
    f"{_SLACK}T0/B0/x/y",
    f"{_SLACK}t0/B0/x",
    f"{_SLACK}T0/B0/x?a=b",
    f"{_SLACK}T0/B0/x#a",
]
_DISCORD = "https://discord.com/api/webhooks/"
NO_WEBHOOK = [_DISCORD, f"{_DISCORD}1", f"{_DISCORD}x/y", f"{_DISCORD}1/x/slack", f"{_DISCORD}1/x?wait=true"]
ANYWHERE = [None, "", 7, "ntfy.sh/topic", "http://[", "http://10.0.0.1/topic", "https://a:b@ntfy.sh/topic"]
NOW = "2026-11-20T22:00:00Z"
pytestmark = pytest.mark.django_db


def _ask(method: str, path: str, user: User | None, body: Mapping[str, Any] | None = None) -> Any:
    data = b"" if body is None else json.dumps(body).encode()
    return Client().generic(method, BASE + path, data, "application/json", headers=bearer(user))


@pytest.mark.parametrize(("given", "end"), SHOWN)
def test_it_keeps_an_address_and_shows_no_more_than_its_end(ada: User, given: Mapping[str, str], end: str) -> None:
    answer = _ask("PUT", "services/", ada, given)
    assert answer.status_code == 200
    row = ServiceAddress.objects.get()
    assert (row.user, {name: getattr(row, name) for name in given}) == (ada, given)
    shown = answer.json()
    assert (set(shown), shown["url"]) == ({"channel", "url", "updated"}, end)
    assert _ask("GET", "services/", ada).json() == {"items": [shown], "total": 1}
    channels = {item["channel"]: item for item in _ask("GET", "channels/", ada).json()["items"]}
    assert channels[given["channel"]]["target"] == end


def test_it_shows_nothing_of_a_short_secret(ada: User) -> None:
    assert _ask("PUT", "services/", ada, NTFY | {"url": "https://ntfy.sh/short"}).json()["url"] == "https://ntfy.sh/…"


def test_it_replaces_an_address_with_its_token_and_switches_the_channel_on(ada: User) -> None:
    _ask("PUT", "services/", ada, NTFY)
    ChannelSwitch.objects.create(user=ada, channel="ntfy", reason="gone", switched_off_at=NOW)
    _ask("PUT", "services/", ada, {"channel": "ntfy", "url": "https://ntfy.sh/another"})
    row = ServiceAddress.objects.get()
    assert (row.url, row.token) == ("https://ntfy.sh/another", "")
    assert ChannelSwitch.objects.count() == 0


@pytest.mark.parametrize(
    ("given", "url"),
    [
        (given, url)
        for given, urls in ((NTFY, NO_TOPIC), (SLACK, NO_HOOK), (DISCORD, NO_WEBHOOK))
        for url in (*ANYWHERE, *urls, given["channel"])
    ],
)
def test_it_refuses_what_is_no_address_of_the_service(ada: User, given: Mapping[str, str], url: Any) -> None:
    assert_refused(_ask("PUT", "services/", ada, {**given, "url": url}), 400, "VALIDATION_ERROR", "url")
    assert ServiceAddress.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("token", token) for token in ("110201543", "x:AAHdqTcvCH1vGWJxfSeof", "1:short", "1:../AAHdqTcvCH1vGWJx")),
        *(("chat_id", chat) for chat in ("@a", "ada", "12 3", "1.5", "--1", "@ada/..", 7, None, "1" * 65)),
        *(("url", f"https://a.example/{path}") for path in ("bot1", "?b", "#b")),
        *(("url", url) for url in ("http://10.0.0.1", "ftp://a.example")),
    ],
)
def test_it_refuses_what_is_no_chat_of_telegram(ada: User, field: str, value: Any) -> None:
    assert_refused(_ask("PUT", "services/", ada, {**TELEGRAM, field: value}), 400, "VALIDATION_ERROR", field)
    assert ServiceAddress.objects.count() == 0


@pytest.mark.parametrize(
    ("given", "field"), [(SLACK | {"token": "tk"}, "token"), (DISCORD | {"chat_id": "1"}, "chat_id")]
)
def test_it_refuses_what_the_service_does_not_ask_for(ada: User, given: Mapping[str, str], field: str) -> None:
    assert_refused(_ask("PUT", "services/", ada, given), 400, "VALIDATION_ERROR", field)


@pytest.mark.parametrize(
    ("channel", "fields"),
    [("ntfy", ["url"]), ("slack", ["url"]), ("discord", ["url"]), ("telegram", ["token", "chat_id"])],
)
def test_it_asks_for_an_address(ada: User, channel: str, fields: list[str]) -> None:
    answer = _ask("PUT", "services/", ada, {"channel": channel})
    assert answer.json()["error"]["fields"] == {field: f"{field} is required" for field in fields}


def test_it_refuses_all_that_is_wrong_at_once(ada: User) -> None:
    given = {"channel": "telegram", "url": "http://10.0.0.1", "token": "two words", "chat_id": "x y"}
    fields = _ask("PUT", "services/", ada, given).json()["error"]["fields"]
    assert fields.keys() == {"url", "token", "chat_id"}
    assert fields["token"] == "token must be the token of a bot, such as 123456:ABC-DEF\u2026"


@pytest.mark.parametrize("token", [7, "x" * 201, "two words", "line\n", "ü"])
def test_it_refuses_what_no_header_carries_as_a_token(ada: User, token: Any) -> None:
    assert_refused(_ask("PUT", "services/", ada, NTFY | {"token": token}), 400, "VALIDATION_ERROR", "token")


@pytest.mark.parametrize("channel", ["webhook", "websocket", "pigeon"])
def test_it_keeps_no_address_of_what_is_no_service(ada: User, channel: str) -> None:
    assert_refused(_ask("PUT", "services/", ada, NTFY | {"channel": channel}), 400, "VALIDATION_ERROR", "channel")
    assert_refused(_ask("DELETE", f"services/{channel}/", ada), 400, "VALIDATION_ERROR", "channel")


def test_it_keeps_the_addresses_of_users_apart(ada: User, bob: User) -> None:
    _ask("PUT", "services/", ada, NTFY)
    assert _ask("GET", "services/", bob).json() == {"items": [], "total": 0}
    assert _ask("DELETE", "services/ntfy/", bob).status_code == 204
    assert ServiceAddress.objects.get().user == ada
    assert _ask("DELETE", "services/ntfy/", ada).status_code == 204
    assert ServiceAddress.objects.count() == 0
    assert _ask("PUT", "services/", None, NTFY).status_code == 401


def test_a_notification_goes_by_a_service_that_has_an_address_only(ada: User) -> None:
    assert Channel.NTFY in preferences_of(ada.pk).without_target
    tell(draft_of(ada, Channel.WEBSOCKET, Channel.NTFY))
    _ask("PUT", "services/", ada, NTFY)
    assert Channel.NTFY not in preferences_of(ada.pk).without_target
    tell(draft_of(ada, Channel.WEBSOCKET, Channel.NTFY))
    assert list(Delivery.objects.order_by("pk").values_list("channel", flat=True)) == ["websocket", "websocket", "ntfy"]
