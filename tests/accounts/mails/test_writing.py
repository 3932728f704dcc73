"""Mails for which there is no reason any more when they are to be sent."""

import pytest
from django.utils import timezone

from accounts.mails.writing import mail_of
from accounts.models import AccountMail, MailKind, OneTimeLink, User

_OTHER = "ada@example.org"


@pytest.mark.parametrize("kind", [MailKind.CONFIRM_EMAIL, MailKind.CHANGE_EMAIL, MailKind.EMAIL_CHANGED])
def test_it_writes_nothing_to_a_user_who_may_not_log_in_any_more(inactive_user: User, kind: MailKind) -> None:
    assert mail_of(AccountMail(kind=kind, email=inactive_user.email, user=inactive_user)) is None
    assert not OneTimeLink.objects.exists()


def test_it_asks_for_no_confirmation_of_what_is_confirmed_or_no_longer_the_address(user: User) -> None:
    asked = AccountMail(kind=MailKind.CONFIRM_EMAIL, email=user.email, user=user)
    user.email = _OTHER
    assert mail_of(asked) is None
    user.email, user.email_confirmed_at = asked.email, timezone.now()
    assert mail_of(asked) is None
    assert not OneTimeLink.objects.exists()
    user.email_confirmed_at = None
    assert mail_of(asked) is not None


def test_it_asks_nobody_to_change_to_an_address_that_is_the_users_own_by_then(user: User) -> None:
    asked = AccountMail(kind=MailKind.CHANGE_EMAIL, email=_OTHER, user=user)
    user.email, user.email_confirmed_at = _OTHER, timezone.now()
    user.save()
    assert mail_of(asked) is None
    assert not OneTimeLink.objects.exists()
