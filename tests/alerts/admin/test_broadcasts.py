"""Broadcasts from the admin: who may send them, whom they reach, what is refused, and what is remembered of them."""

import re
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from accounts.models import User
from alerts.models import Delivery, Notification
from tests.accounts.admin.browsers import StaffWith, text_of

LIST = "/admin/alerts/notification/"
PAGE = f"{LIST}broadcast/"
SAID = {"title": "Maintenance", "body": "At 8 UTC.", "severity": "warning"}


def _told() -> set[str]:
    return set(Notification.objects.values_list("user__username", flat=True))


def _form(**given: str) -> dict[str, str]:
    """Return what a form that has just been opened sends."""
    return {"sending": str(uuid4()), **SAID, **given}


def _send(browser: Client, **given: str) -> str:
    """Send the form, and return the page that comes of it."""
    return text_of(browser.post(PAGE, _form(**given), follow=True))


@pytest.fixture
def users(owner: User) -> None:
    """Make Ada, Bob, and somebody who was deactivated."""
    User.objects.create_user("Bob", "bob@example.com")
    User.objects.create_user("Former", "former@example.com", is_active=False)


def test_it_tells_everybody_says_how_many_and_remembers_it(staff_with: StaffWith, users: None) -> None:
    staff = staff_with("view_notification", "broadcast_notification")
    assert PAGE in text_of(staff.get(LIST))
    page = _send(staff, recipients="everybody")
    assert "Sent: 3 users told" in page
    assert _told() == {"Ada", "Bob", "Staff"}
    row = Notification.objects.get(user__username="Ada")
    assert (row.kind, row.severity, row.title, row.body) == ("system", "warning", "Maintenance", "At 8 UTC.")
    assert Delivery.objects.filter(notification=row, channel="websocket", state="waiting").exists()
    entry = LogEntry.objects.get()
    assert (entry.user.username, entry.object_repr) == ("Staff", "Maintenance")
    assert entry.change_message == "Broadcast, warning, to everybody: 3 users told. “At 8 UTC.”"
    assert "Staff: Broadcast, warning, to everybody: 3 users told. “At 8 UTC.”" in text_of(staff.get(PAGE))
    assert "Maintenance" in text_of(staff.get(LIST))


def test_it_tells_a_channels_subscribers_of_now_of_whom_there_are_none(administrator: Client, users: None) -> None:
    assert "Sent: 0 users told" in _send(administrator, recipients="channel", channel="ops.gateways")
    assert _told() == set()
    assert LogEntry.objects.get().change_message == (
        "Broadcast, warning, to the readers of ops.gateways: 0 users told. “At 8 UTC.”"
    )


def test_it_tells_those_who_are_named_and_remembers_who_and_what(administrator: Client, users: None) -> None:
    page = _send(
        administrator, recipients="users", users="Bob, Ada\r\nBob\r\n", body="At 8 UTC:\r\n\r\n" + "news " * 100
    )
    assert "Sent: 2 users told: Bob, Ada" in page
    assert _told() == {"Ada", "Bob"}
    message = LogEntry.objects.get().change_message
    bob, ada = (User.objects.get(username=name).pk for name in ("Bob", "Ada"))
    assert message.startswith(f"Broadcast, warning, to users {bob}, {ada}: 2 users told. “At 8 UTC: news news")
    assert message.endswith(" news…”")
    assert len(message) < 300


def test_it_takes_no_id_for_a_name(administrator: Client, owner: User) -> None:
    assert f"{owner.pk} is no active user" in _send(administrator, recipients="users", users=str(owner.pk))
    User.objects.create_user(str(owner.pk), "digits@example.com")
    assert f"Sent: 1 user told: {owner.pk}" in _send(administrator, recipients="users", users=str(owner.pk))
    assert _told() == {str(owner.pk)}


def test_it_tells_several_lines(administrator: Client, owner: User) -> None:
    lines = ["x" * 998, "", "y" * 1000]  # with their breaks 2000 characters, as the browser sends them 2002
    assert "Sent: 2 users told" in _send(administrator, recipients="everybody", body="\r\n".join(lines))
    assert Notification.objects.get(user=owner).body == "\n".join(lines)


def test_a_form_that_is_sent_twice_tells_once(administrator: Client, owner: User) -> None:
    form = _form(recipients="everybody")
    for _ in range(2):
        assert "Sent: 2 users told" in text_of(administrator.post(PAGE, form, follow=True))
    assert Notification.objects.filter(user=owner).count() == 1
    assert LogEntry.objects.count() == 1


def test_a_form_that_was_sent_with_other_bodies_is_asked_again(administrator: Client, owner: User) -> None:
    form = _form(recipients="everybody")
    text_of(administrator.post(PAGE, form, follow=True))
    changed = {**form, "title": "Another"}
    page = text_of(administrator.post(PAGE, changed))
    assert "This form was sent before, with other words" in page
    anew = re.search(r'name="sending" value="([^"]+)"', page)
    assert anew is not None
    assert Notification.objects.filter(user=owner).count() == 1
    assert "Sent: 2 users told" in text_of(administrator.post(PAGE, {**changed, "sending": anew[1]}, follow=True))
    assert Notification.objects.filter(user=owner).count() == 2


@pytest.mark.parametrize("sending", ["", "7"])
def test_it_refuses_a_form_that_has_no_id(administrator: Client, owner: User, sending: str) -> None:
    assert "The form was not sent whole" in _send(administrator, recipients="everybody", sending=sending)
    assert _told() == set()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"recipients": "users", "users": "Bob, Nobody"}, "Nobody is no active user"),
        ({"recipients": "users", "users": "Former"}, "Former is no active user"),
        ({"recipients": "users", "users": " , "}, "Users must be a list of 1 to 500 items"),
        (
            {"recipients": "channel", "channel": "portfolio:7"},
            "Channel must be one that all users, or all staff, may read",
        ),
        ({"recipients": "channel"}, "Channel must be a text of 1 to 150 printable characters"),
        ({"recipients": "everybody", "title": "x" * 201}, "Title must be a text of 1 to 200 printable characters"),
        ({"recipients": "everybody", "title": "x" * 2001}, "Title must be a text of 1 to 200 printable characters"),
        ({"recipients": "everybody", "title": "a\0b"}, "Title must be a text of 1 to 200 printable characters"),
        ({"recipients": "everybody", "body": "x" * 20_000}, "Body must be a text of 1 to 2000 printable characters"),
        ({"recipients": "everybody", "body": ""}, "Body is required"),
        ({"recipients": "everybody", "severity": "deadly"}, "Severity must be one of info warning critical"),
        ({"recipients": "everybody", "severity": ""}, "Severity is required"),
        ({"recipients": "everybody", "users": "Bob"}, "Users can't be given together with everybody"),
        (
            {"recipients": "users", "users": "Bob", "channel": "ops.gateways"},
            "Channel can't be given together with users",
        ),
        ({"recipients": "channel", "users": "Bob", "channel": "ops.gateways"}, "Channel can't be given together with"),
        ({"recipients": "nobody"}, "Recipients must be one of everybody channel users"),
        ({}, "Recipients is required"),
    ],
)
def test_it_says_beside_the_field_what_is_refused_and_tells_nobody(
    administrator: Client, users: None, given: dict[str, str], said: str
) -> None:
    response: Any = administrator.post(PAGE, _form(**given))
    assert said in unescape(text_of(response))
    assert len(response.context["form"].errors) == 1
    assert not response.context["form"].non_field_errors()
    assert _told() == set()
    assert not LogEntry.objects.exists()


def test_staff_tell_with_the_permission_as_over_rest_and_see_what_was_told_with_another(
    staff_with: StaffWith, administrator: Client, users: None
) -> None:
    _send(administrator, recipients="users", users="Ada", title="For Ada")
    staff = staff_with("broadcast_notification")
    assert "Sent: 1 user told: Bob" in _send(staff, recipients="users", users="Bob")
    assert _told() == {"Ada", "Bob"}
    assert "For Ada" not in text_of(staff.get(PAGE))


def test_staff_without_the_permission_tell_nobody(staff_with: StaffWith, owner: User) -> None:
    staff = staff_with("view_notification")
    assert staff.post(PAGE, _form(recipients="everybody")).status_code == 403
    assert _told() == set()
    assert PAGE not in text_of(staff.get(LIST))


def test_it_lets_nobody_in_who_is_not_staff(owner: User) -> None:
    browser = Client()
    browser.force_login(owner)
    assert browser.post(PAGE, _form(recipients="everybody")).status_code == 302
    assert _told() == set()
