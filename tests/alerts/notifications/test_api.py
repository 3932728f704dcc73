"""REST: `/api/v1/notifications/…`."""

import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from alerts.events import NotificationKind, Severity
from alerts.models import Notification
from alerts.notifications.services import notifications_store
from tests.accounts.rest import assert_refused, bearer, get, post
from tests.alerts.notifications.drafts import NOW, after, draft, rule_of, states

pytestmark = pytest.mark.django_db
BROADCAST = {"title": "Maintenance", "body": "At 8", "severity": "info"}


def ask(method: str, path: str, body: Any = None, *, user: User | None = None) -> Any:
    """Ask with any method."""
    data = json.dumps(body).encode() if body is not None else b""
    return Client().generic(method, f"/api/v1/{path}", data, "application/json", headers=bearer(user))


def numbers(response: Any) -> list[int]:
    """Return the numbers of those that are listed."""
    assert response.status_code == 200, response.content
    return [item["seq"] for item in response.json()["items"]]


@pytest.fixture
def five(ada: User) -> User:
    """Return Ada, with five notifications of several kinds, of which she has read two."""
    drafts = [
        draft(ada),
        draft(ada, kind=NotificationKind.ORDER),
        draft(ada, severity=Severity.CRITICAL),
        draft(ada, kind=NotificationKind.ORDER, severity=Severity.CRITICAL),
        draft(ada),
    ]
    notifications_store(drafts=drafts, now=NOW)
    Notification.objects.filter(seq__in=[1, 4]).update(read_at=after(1))
    return ada


def test_it_lists_ones_own_the_newest_first(five: User, bob: User) -> None:
    notifications_store(drafts=[draft(bob)], now=NOW)
    response = get("notifications/", user=five)
    assert numbers(response) == [5, 4, 3, 2, 1]
    assert {name: response.json()[name] for name in ("total", "unread")} == {"total": 5, "unread": 3}
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("query", "listed", "total"),
    [
        ("unread=true", [5, 3, 2], 3),
        ("unread=false", [4, 1], 2),
        ("kind=order", [4, 2], 2),
        ("severity=critical", [4, 3], 2),
        ("kind=order&unread=true", [2], 1),
        ("limit=2", [5, 4], 5),
        ("limit=2&offset=4", [1], 5),
        ("before=4&limit=2", [3, 2], 5),
        ("unread=true&limit=1", [5], 3),
        ("kind=wallet", [], 0),
    ],
)
def test_it_lists_a_part_of_them(five: User, query: str, listed: list[int], total: int) -> None:
    response = get(f"notifications/?{query}", user=five)
    assert numbers(response) == listed
    assert (response.json()["total"], response.json()["unread"]) == (total, 3)


@pytest.mark.parametrize(
    ("query", "field"),
    [("unread=maybe", "unread"), ("kind=weather", "kind"), ("severity=high", "severity"), ("limit=501", "limit"),
     ("limit=0", "limit"), ("offset=-1", "offset"), ("before=0", "before"), ("before=x", "before")],
)  # fmt: skip
def test_it_says_which_filter_is_wrong(ada: User, query: str, field: str) -> None:
    assert_refused(get(f"notifications/?{query}", user=ada), 400, "VALIDATION_ERROR", field)


def test_it_tells_all_of_a_notification_with_exact_numbers(ada: User) -> None:
    rule = rule_of(ada)
    data = '{"price":97523.4500,"time":1732104000000}'
    [row] = notifications_store(drafts=[draft(ada, "BTC", body="is up", data=data, rule=rule)], now=after(0.1234))
    response = get("notifications/", user=ada)
    assert b'"price":97523.4500' in response.content
    assert response.json()["items"] == [
        {
            "id": row.pk,
            "seq": 1,
            "kind": "alert",
            "severity": "info",
            "title": "BTC",
            "body": "is up",
            "data": {"price": 97523.45, "time": 1732104000000},
            "rule": rule.pk,
            "created": "2026-11-20T12:00:00.123Z",
            "read": False,
            "count": 1,
        }
    ]


def test_it_marks_some_as_read(five: User) -> None:
    ids = [item["id"] for item in get("notifications/?unread=true", user=five).json()["items"]]
    response = post("notifications/read/", {"ids": ids[:2]}, user=five)
    assert (response.status_code, response.json()) == (200, {"unread": 1})
    assert numbers(get("notifications/?unread=true", user=five)) == [2]


def test_it_marks_all_as_read(five: User) -> None:
    assert post("notifications/read-all/", {}, user=five).json() == {"unread": 0}


def test_it_acknowledges(five: User) -> None:
    assert post("notifications/ack/", {"seq": 5}, user=five).json() == {"unread": 3}
    assert states(five)[5, "websocket"] == "acknowledged"


def test_it_finds_nothing_of_another_user(five: User, bob: User, root: User) -> None:
    ids = list(Notification.objects.values_list("pk", flat=True))
    for other in (bob, root):
        assert_refused(post("notifications/read/", {"ids": ids[:1]}, user=other), 404, "NOT_FOUND")
        assert_refused(post("notifications/ack/", {"seq": 1}, user=other), 404, "NOT_FOUND")
        assert numbers(get("notifications/", user=other)) == []
    assert Notification.objects.filter(read_at=None).count() == 3


@pytest.mark.parametrize("ids", [None, [], "all", [0], [1.5], [True], ["x"], [2**70], [None], list(range(1, 502))])
def test_it_takes_ids_only(ada: User, ids: Any) -> None:
    response = post("notifications/read/", {"ids": ids}, user=ada)
    assert response.status_code == 400
    assert all(name.startswith("ids") for name in response.json()["error"]["fields"])


@pytest.mark.parametrize("seq", [None, 0, -1, 1.5, "x", 2**70, [1]])
def test_it_takes_a_number_only(ada: User, seq: Any) -> None:
    assert_refused(post("notifications/ack/", {"seq": seq}, user=ada), 400, "VALIDATION_ERROR", "seq")


def test_it_lets_staff_broadcast(root: User, ada: User) -> None:
    response = post("notifications/broadcast/", {**BROADCAST, "users": ["Ada"]}, user=root)
    assert (response.status_code, response.json()) == (200, {"recipients": 1})
    assert numbers(get("notifications/?kind=system", user=ada)) == [1]


def test_it_tells_several_lines_but_only_in_the_body(root: User, ada: User) -> None:
    said = {**BROADCAST, "body": "At 8:\n\n- gateways", "users": ["Ada"]}
    assert post("notifications/broadcast/", said, user=root).json() == {"recipients": 1}
    assert get("notifications/", user=ada).json()["items"][0]["body"] == "At 8:\n\n- gateways"
    assert_refused(
        post("notifications/broadcast/", {**said, "title": "Two\nlines"}, user=root), 400, "VALIDATION_ERROR", "title"
    )


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"title": ""}, {"title"}),
        ({"title": "x" * 201}, {"title"}),
        ({"body": None, "severity": "loud"}, {"body", "severity"}),
        ({"users": []}, {"users"}),
        ({"users": ["Ada", {}, None]}, {"users.1", "users.2"}),
        ({"users": ["nobody"]}, {"users.0"}),
        ({"channel": "portfolio:me"}, {"channel"}),
        ({"channel": "notifications", "users": ["Ada"]}, {"channel"}),
    ],
)
def test_it_says_what_is_wrong_with_a_broadcast(root: User, ada: User, wrong: Any, fields: set[str]) -> None:
    assert_refused(
        post("notifications/broadcast/", {**BROADCAST, **wrong}, user=root), 400, "VALIDATION_ERROR", *fields
    )
    assert not Notification.objects.exists()


DEFAULTS = {
    "kinds": {kind.value: ["websocket"] for kind in NotificationKind},
    "chosen": [],
    "critical": ["websocket", "email"],
    "quiet_hours": None,
    "digest": True,
    "escalate": False,
    "sound": False,
    "vibration": False,
    "switched_off": [],
}


def test_it_tells_the_defaults_as_preferences(ada: User) -> None:
    response = get("notifications/preferences/", user=ada)
    assert (response.status_code, response.json()) == (200, DEFAULTS)


def test_it_changes_preferences_of_ones_own(ada: User, bob: User) -> None:
    night = {"start": "22:30", "end": "07:00", "timezone": "Europe/Berlin"}
    body = {
        "kinds": {"alert": ["email"], "order": []},
        "quiet_hours": night,
        "digest": False,
        "escalate": True,
        "sound": True,
    }
    response = ask("PATCH", "notifications/preferences/", body, user=ada)
    expected = {
        **DEFAULTS,
        "kinds": {**DEFAULTS["kinds"], "alert": ["email"], "order": []},  # type: ignore[dict-item]
        "chosen": ["alert", "order"],
        "quiet_hours": night,
        "digest": False,
        "escalate": True,
        "sound": True,
    }
    assert (response.status_code, response.json()) == (200, expected)
    assert get("notifications/preferences/", user=ada).json() == expected
    assert get("notifications/preferences/", user=bob).json() == DEFAULTS


def test_it_tells_which_channels_are_switched_off(ada: User) -> None:
    ada.switched_off_channels.create(channel="email", reason="No such address", switched_off_at=NOW)
    switched_off = [{"channel": "email", "reason": "No such address", "since": "2026-11-20T12:00:00.000Z"}]
    assert get("notifications/preferences/", user=ada).json()["switched_off"] == switched_off


def test_it_changes_nothing_where_one_preference_is_wrong(ada: User) -> None:
    body = {"digest": False, "kinds": {"alert": ["email", "fax"]}, "quiet_hours": {"start": "22:00", "end": "22:00"}}
    response = ask("PATCH", "notifications/preferences/", body, user=ada)
    assert_refused(response, 400, "VALIDATION_ERROR", "kinds.alert.1", "quiet_hours.timezone")
    assert get("notifications/preferences/", user=ada).json() == DEFAULTS


def test_it_limits_how_often_a_user_may_change_something(ada: User, bob: User, settings: Any) -> None:
    settings.THROTTLE_NOTIFICATIONS = "2/day"
    said = [post("notifications/read-all/", {}, user=ada).status_code for _ in range(3)]
    assert said == [200, 200, 429]
    assert get("notifications/", user=ada).status_code == 200
    assert post("notifications/read-all/", {}, user=bob).status_code == 200
