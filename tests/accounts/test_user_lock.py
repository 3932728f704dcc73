"""What was begun by somebody logged in, and comes to be stored after all logins have ended: it is refused."""

from collections.abc import Callable

import pytest
from django.http import HttpRequest

from accounts.email_addresses.services import email_change
from accounts.models import AccountMail, RecoveryCode, User
from accounts.passwords.services import password_change
from accounts.services import user_log_out_everywhere
from accounts.two_factor.services import recovery_codes_renew, two_factor_disable
from streaming.identity.identity import AuthenticationError
from tests.accounts.conftest import PASSWORD
from tests.accounts.two_factor.authenticator import request_of_nobody, turn_on

Change = Callable[[User, HttpRequest], object]


@pytest.fixture
def late(user: User) -> User:
    """Return the user as a request knows it that began before all logins ended."""
    known = User.objects.get(pk=user.pk)
    user_log_out_everywhere(user=User.objects.get(pk=user.pk))
    return known


def _is_refused(change: Change, late: User) -> None:
    with pytest.raises(AuthenticationError):
        change(late, request_of_nobody())


def test_a_password_is_not_changed_that_late(late: User) -> None:
    _is_refused(lambda user, request: password_change(user=user, current=PASSWORD, new="x" * 20, request=request), late)
    assert User.objects.get(pk=late.pk).check_password(PASSWORD)


def test_no_mail_is_asked_for_to_change_an_address(late: User) -> None:
    _is_refused(
        lambda user, request: email_change(user=user, email="eve@example.com", password=PASSWORD, request=request), late
    )
    assert not AccountMail.objects.exists()


def test_neither_is_two_factor_turned_off_nor_are_recovery_codes_renewed(user: User) -> None:
    app, codes = turn_on(user, PASSWORD)
    late, digests = User.objects.get(pk=user.pk), set(RecoveryCode.objects.values_list("digest", flat=True))
    user_log_out_everywhere(user=User.objects.get(pk=user.pk))
    _is_refused(
        lambda user, request: two_factor_disable(user=user, password=PASSWORD, code=app.code(), request=request), late
    )
    _is_refused(
        lambda user, request: recovery_codes_renew(user=user, password=PASSWORD, code=codes[0], request=request), late
    )
    assert User.objects.get(pk=user.pk).two_factor_since is not None
    assert set(RecoveryCode.objects.values_list("digest", flat=True)) <= digests
