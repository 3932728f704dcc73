"""Mails for which there is no reason any more when they are to be sent."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.mails.requests import mail_request, mails_withdraw
from accounts.mails.sending import mail_done, mails_claim
from accounts.mails.writing import mail_of
from accounts.models import AccountMail, MailKind, OneTimeLink, User

_OTHER = "ada@example.org"


def _asked(kind: MailKind, email: str, user: User) -> AccountMail:
    """Return a mail that somebody has asked for, and that a sender has claimed."""
    mail_request(kind=kind, email=email, user=user)
    [mail] = mails_claim(now=timezone.now() + timedelta(seconds=1))
    return mail


@pytest.mark.parametrize("kind", [MailKind.CONFIRM_EMAIL, MailKind.CHANGE_EMAIL, MailKind.EMAIL_CHANGED])
def test_it_writes_nothing_to_a_user_who_may_not_log_in_any_more(inactive_user: User, kind: MailKind) -> None:
    assert mail_of(_asked(kind, inactive_user.email, inactive_user)) is None
    assert not OneTimeLink.objects.exists()


def test_it_asks_for_no_confirmation_of_what_is_confirmed_or_no_longer_the_address(user: User) -> None:
    asked, email = _asked(MailKind.CONFIRM_EMAIL, user.email, user), user.email
    for address, confirmed_at in ((_OTHER, None), (email, timezone.now())):
        user.email, user.email_confirmed_at = address, confirmed_at
        user.save()
        assert mail_of(asked) is None
    assert not OneTimeLink.objects.exists()
    user.email_confirmed_at = None
    user.save()
    assert mail_of(asked) is not None


def test_it_asks_nobody_to_change_to_an_address_that_is_the_users_own_by_then(user: User) -> None:
    asked = _asked(MailKind.CHANGE_EMAIL, _OTHER, user)
    user.email, user.email_confirmed_at = _OTHER, timezone.now()
    user.save()
    assert mail_of(asked) is None
    assert not OneTimeLink.objects.exists()


def test_it_writes_no_mail_that_was_withdrawn_or_done_since_it_was_claimed(user: User) -> None:
    withdrawn = _asked(MailKind.CHANGE_EMAIL, _OTHER, user)
    mails_withdraw(user=user, kinds=(MailKind.CHANGE_EMAIL,))
    done = _asked(MailKind.CONFIRM_EMAIL, user.email, user)
    mail_done(done, now=timezone.now())
    assert [mail_of(withdrawn), mail_of(done)] == [None, None]
    assert not OneTimeLink.objects.exists()
