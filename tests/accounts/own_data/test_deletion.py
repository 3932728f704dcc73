"""Deleting oneself: over REST, in the admin and on the command line, all by one use case."""

import json
from io import StringIO
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.errors import ApplicationError
from accounts.models import SymbolDrawings, User, WatchList
from accounts.own_data.deleting import DeletionRefusedError, deletion_preview, user_delete
from alerts.models import Notification, NotificationPreferences
from streaming.connections.closing import USER_DEACTIVATED, ClosingOrder
from streaming.identity.user_deletion import DeletionSource
from tests.accounts.closings import Closings
from tests.accounts.conftest import PASSWORD
from tests.accounts.keys import ask, key_of
from tests.accounts.rest import assert_refused, assert_unauthenticated, bearer, get, post
from tests.accounts.two_factor.authenticator import turn_on

_DELETE = "auth/own-data/delete/"
_GIVEN = {"password": PASSWORD}


def test_it_deletes_with_the_password_and_ends_every_login_once_that_is_stored(
    user: User, closings: Closings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    WatchList.objects.create(user=user, name="mine")
    key, headers, user_id = key_of(user), bearer(user), str(user.pk)
    with django_capture_on_commit_callbacks(execute=True):
        assert post(_DELETE, _GIVEN, user=user).status_code == 204
        assert closings.heard() == []
    assert ClosingOrder(user_id=user_id, reason=USER_DEACTIVATED) in closings.heard()
    assert not User.objects.exists()
    assert not WatchList.objects.exists()
    answer: Any = Client().get("/api/v1/auth/me/", headers=headers)
    assert_unauthenticated(answer)
    assert ask("GET", "alerts/rules/", key).status_code == 401


def test_it_asks_for_the_password_and_a_code(user: User) -> None:
    for body, field in (({}, "password"), ({"password": "wrong"}, "password"), ({**_GIVEN, "more": 1}, "more")):
        assert_refused(post(_DELETE, body, user=user), 400, "VALIDATION_ERROR", field)
    authenticator, _ = turn_on(user, PASSWORD)
    assert_refused(post(_DELETE, _GIVEN, user=user), 400, "VALIDATION_ERROR", "code")
    assert User.objects.filter(pk=user.pk).exists()
    assert post(_DELETE, {**_GIVEN, "code": authenticator.code()}, user=user).status_code == 204
    assert not User.objects.exists()


def test_it_is_for_who_is_logged_in_by_no_key_and_so_often(user: User, settings: Settings) -> None:
    assert_unauthenticated(post(_DELETE, _GIVEN))
    assert_refused(ask("POST", _DELETE, key_of(user), json.dumps(_GIVEN).encode()), 403, "PERMISSION_DENIED")
    settings.THROTTLE_PASSWORD = "1/day"
    assert_refused(post(_DELETE, {"password": "wrong"}, user=user), 400, "VALIDATION_ERROR", "password")
    assert_refused(post(_DELETE, _GIVEN, user=user), 429, "RATE_LIMITED")


def test_it_says_what_goes_what_stays_and_what_is_in_the_way(user: User, staff_user: User) -> None:
    WatchList.objects.create(user=user, name="mine")
    told = json.loads(get("auth/own-data/deletion/", user=user).content)
    assert (told["goes"], told["obstacles"]) == ({"watch lists": 1}, [])
    assert set(told["stays"]) == {"audit of trading", "mails about your account"}
    [obstacle] = deletion_preview(staff_user).obstacles
    assert obstacle.startswith("Staff can't be deleted")


def test_it_refuses_staff_and_changes_nothing(staff_user: User) -> None:
    assert_refused(post(_DELETE, _GIVEN, user=staff_user), 409, "CONFLICT")
    with pytest.raises(DeletionRefusedError):
        user_delete(user=staff_user, source=DeletionSource.REST)
    assert User.objects.filter(pk=staff_user.pk).exists()


def test_it_refuses_who_has_gone(user: User) -> None:
    gone = User.objects.get(pk=user.pk)
    user_delete(user=user, source=DeletionSource.REST)
    with pytest.raises(ApplicationError, match="no such user"):
        user_delete(user=gone, source=DeletionSource.REST)


def test_it_takes_the_name_out_of_failed_logins_and_of_what_staff_did(user: User, superuser: User) -> None:
    AccessAttempt.objects.create(username="ada", ip_address="203.0.113.7", failures_since_start=1)
    AccessAttempt.objects.create(username="grace", ip_address="203.0.113.7", failures_since_start=1)
    users = ContentType.objects.get_for_model(User)
    LogEntry.objects.create(
        user=superuser,
        content_type=users,
        object_id=str(user.pk),
        object_repr="Ada",
        action_flag=CHANGE,
        action_time=timezone.now(),
    )
    user_id = user.pk
    user_delete(user=user, source=DeletionSource.REST)
    assert list(AccessAttempt.objects.values_list("username", flat=True)) == ["grace"]
    assert LogEntry.objects.get().object_repr == f"User {user_id}, deleted"


def _logged(by: User, model: type[Model], *, called: str = "", message: str = "") -> None:
    kind = ContentType.objects.get_for_model(model)
    LogEntry.objects.create(
        user=by, content_type=kind, object_repr=called, action_flag=DELETION, change_message=message
    )


def test_it_takes_the_name_out_of_what_staff_did_with_what_was_the_users(user: User, superuser: User) -> None:
    row = WatchList.objects.create(user=user, name="Majors")
    assert str(row) == f"Majors of {user.pk}"
    for model, called in (
        (WatchList, "Majors of Ada"),
        (WatchList, "of Ada of Grace"),
        (SymbolDrawings, "BTCUSDT of Ada"),
        (NotificationPreferences, "preferences of Ada"),
    ):
        _logged(superuser, model, called=called)
    _logged(superuser, Notification, message="Broadcast, info, to Grace, Ada: 2 users told. “Now”")
    _logged(superuser, Notification, message="Broadcast, info, to users 1, 2: 2 users told. “Ada”")
    user_id = user.pk
    user_delete(user=user, source=DeletionSource.REST)
    assert [(entry.object_repr or entry.change_message) for entry in LogEntry.objects.order_by("pk")] == [
        f"Majors of {user_id}",
        "of Ada of Grace",
        f"BTCUSDT of {user_id}",
        f"preferences of {user_id}",
        f"Broadcast, info, to Grace, user {user_id}: 2 users told. “Now”",
        "Broadcast, info, to users 1, 2: 2 users told. “Ada”",
    ]


def test_it_takes_every_name_out_of_a_broadcast_to_several_whose_users_are_deleted_one_by_one(superuser: User) -> None:
    users = [User.objects.create_user(name, f"{name}@example.com") for name in ("Ada", "Grace.H-1", "+Bob_")]
    _logged(superuser, Notification, message="Broadcast, info, to Ada, Grace.H-1, +Bob_: 3 users told. “Now”")
    for user in users:
        user_delete(user=User.objects.get(pk=user.pk), source=DeletionSource.REST)
    ids = ", ".join(f"user {user.pk}" for user in users)
    assert LogEntry.objects.get().change_message == f"Broadcast, info, to {ids}: 3 users told. “Now”"


def test_the_admin_deletes_in_the_same_way_and_says_what_is_in_the_way(
    user: User, staff_user: User, superuser: User
) -> None:
    client = Client()
    client.force_login(superuser)
    refused = client.get(reverse("admin:accounts_user_delete", args=[staff_user.pk]))
    assert "Staff: Staff can" in refused.content.decode()
    client.post(reverse("admin:accounts_user_delete", args=[staff_user.pk]), {"post": "yes"})
    client.post(reverse("admin:accounts_user_delete", args=[user.pk]), {"post": "yes"})
    assert set(User.objects.all()) == {staff_user, superuser}


def test_the_admin_counts_what_goes_and_reads_none_of_it(user: User, inactive_user: User, superuser: User) -> None:
    WatchList.objects.bulk_create(WatchList(user=user, name=f"list {number}") for number in range(1100))
    client = Client()
    client.force_login(superuser)
    page = client.get(reverse("admin:accounts_user_delete", args=[user.pk])).content.decode()
    assert "Ada, with watch lists: 1,100" in page
    assert "list 7" not in page
    several = {"action": "delete_selected", "_selected_action": [user.pk, inactive_user.pk]}
    page = client.post(reverse("admin:accounts_user_changelist"), several).content.decode()
    assert "Ada, with watch lists: 1,100" in page
    assert "Former" in page
    assert "list 7" not in page


def test_the_command_says_what_it_would_do_and_does_it_when_told_that_it_is_meant(user: User, staff_user: User) -> None:
    out = StringIO()
    WatchList.objects.create(user=user, name="mine")
    call_command("delete_user", "ada", stdout=out)
    assert "1 watch lists" in out.getvalue()
    assert "Nothing is deleted without --yes." in out.getvalue()
    assert User.objects.filter(pk=user.pk).exists()
    call_command("delete_user", "ada", "--yes", stdout=out)
    assert out.getvalue().endswith("Ada is deleted.\n")
    with pytest.raises(CommandError, match="There is no user ada"):
        call_command("delete_user", "ada", "--yes")
    with pytest.raises(CommandError, match="Staff is not deleted"):
        call_command("delete_user", "staff", "--yes")
