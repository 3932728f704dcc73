"""What follows from a change of a user, however it was made."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import Group
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings

from accounts.groups import TRADERS
from accounts.mails.requests import mail_request
from accounts.models import AccountMail, LinkPurpose, MailKind, OneTimeLink, User
from accounts.one_time_links.services import link_issue
from accounts.services import token_verify, user_log_out_everywhere
from accounts.tokens.json_web_tokens import pair_issue
from streaming.connections.closing import LOGGED_OUT, USER_DEACTIVATED, ClosingOrder
from streaming.identity.identity import AuthenticationError
from tests.accounts.closings import Closings
from tests.accounts.conftest import PASSWORD

_MD5 = "django.contrib.auth.hashers.MD5PasswordHasher"
_COUNTING = "tests.accounts.passwords.counting_hasher.CountingHasher"


def _deactivate(user: User) -> None:
    user.is_active = False
    user.save()


def _deactivate_only(user: User) -> None:
    user.is_active = False
    user.save(update_fields=["is_active"])


def _change_password(user: User) -> None:
    user.set_password("a new one, longer")
    user.save()


def _disable_password(user: User) -> None:
    user.set_unusable_password()
    user.save()


def _delete_several(user: User) -> None:
    User.objects.filter(pk=user.pk).delete()


_CHANGES = [
    (_change_password, {"reason": LOGGED_OUT, "before_generation": 1}),
    (_disable_password, {"reason": LOGGED_OUT, "before_generation": 1}),
    (_deactivate, {"reason": USER_DEACTIVATED}),
    (_deactivate_only, {"reason": USER_DEACTIVATED}),
    (User.delete, {"reason": USER_DEACTIVATED}),
    (_delete_several, {"reason": USER_DEACTIVATED}),
]


@pytest.mark.parametrize(("change", "told"), _CHANGES)
def test_it_ends_connections_and_tokens(
    user: User,
    closings: Closings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    change: Callable[[User], object],
    told: dict[str, Any],
) -> None:
    user_id, token = str(user.pk), pair_issue(user=user).access
    with django_capture_on_commit_callbacks(execute=True):
        change(user)
        assert closings.heard() == []
    assert closings.heard() == [ClosingOrder(user_id=user_id, **told)]
    with pytest.raises(AuthenticationError):
        token_verify(token=token)


def test_it_lets_no_old_token_come_back_with_the_user(user: User) -> None:
    old = pair_issue(user=user)
    _deactivate(user)
    user.is_active = True
    user.save()
    with pytest.raises(AuthenticationError):
        token_verify(token=old.refresh)
    token_verify(token=pair_issue(user=user).refresh)


def test_it_ends_nothing_with_other_changes(
    user: User,
    closings: Closings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    token = pair_issue(user=user).access
    with django_capture_on_commit_callbacks(execute=True):
        user.first_name, user.is_staff = "Augusta", True
        user.save()
        user.save(update_fields=["last_login"])
        User.objects.create_user("Former", "former@example.com", PASSWORD, is_active=False).save()
    assert closings.heard() == []
    token_verify(token=token)


def test_it_ends_nothing_when_a_login_hashes_the_password_anew(user: User, settings: Settings) -> None:
    token = pair_issue(user=user).access
    settings.PASSWORD_HASHERS = [_COUNTING, _MD5]
    assert authenticate(username="Ada", password=PASSWORD) == user
    user.refresh_from_db()
    assert user.password.startswith("counted$")
    token_verify(token=token)


def test_it_asks_the_database_only_where_it_may_matter(
    user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        user.save(update_fields=["last_login"])


def test_it_keeps_a_log_out_that_a_save_knew_nothing_of(user: User) -> None:
    stale = User.objects.get(pk=user.pk)
    token = pair_issue(user=user).access
    user_log_out_everywhere(user=user)
    stale.first_name = "Augusta"
    stale.save()
    stored = User.objects.get(pk=user.pk)
    assert (stored.first_name, stored.token_generation) == ("Augusta", 1)
    assert stored.logged_out_at is not None
    with pytest.raises(AuthenticationError):
        token_verify(token=token)


def test_it_saves_a_user_of_whom_not_everything_was_read(
    user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    partly = User.objects.only("first_name").get(pk=user.pk)
    partly.first_name = "Augusta"
    with django_assert_num_queries(1):
        partly.save()
    user.refresh_from_db()
    assert (user.first_name, user.check_password(PASSWORD)) == ("Augusta", True)


def test_it_has_made_the_group_in_a_new_database(db: None) -> None:
    assert Group.objects.filter(name=TRADERS).exists()


@pytest.mark.parametrize("change", [_change_password, _disable_password])
def test_it_ends_a_change_of_address_that_was_begun_with_the_password_of_before(
    user: User, change: Callable[[User], object]
) -> None:
    for purpose in LinkPurpose:
        link_issue(purpose=purpose, user=user, email="eve@example.com")
    for kind in (MailKind.CHANGE_EMAIL, MailKind.CONFIRM_EMAIL):
        mail_request(kind=kind, email="eve@example.com", user=user)
    change(user)
    assert [link.purpose for link in OneTimeLink.objects.all()] == [LinkPurpose.CONFIRM_EMAIL]
    assert [mail.kind for mail in AccountMail.objects.all()] == [MailKind.CONFIRM_EMAIL]


def test_it_ends_nothing_with_a_password_that_is_not_saved_yet(user: User) -> None:
    token = pair_issue(user=user).access
    user.set_password("a new one, longer")
    user.save(update_fields=["email"])
    token_verify(token=token)
    user.save(update_fields=["password"])
    with pytest.raises(AuthenticationError):
        token_verify(token=token)
