"""What a mail about an account says, and to whom it goes: decided when it is sent, with what is stored by then."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string

from accounts.mails.headers import USER_HEADER
from accounts.models import AccountMail, LinkPurpose, MailKind, User
from accounts.one_time_links.services import link_issue
from accounts.selectors import users_by_email
from accounts.user_lock import user_lock

_MOST_CLAIMS = 3
"""Of users who claim an address that nobody has confirmed, so many are sent a link to reset their password."""


@transaction.atomic
def mail_of(mail: AccountMail) -> EmailMessage | None:
    """Return what is to be sent, with a new link where one belongs in it; None where there is no reason any more.

    A mail may be withdrawn after a sender has claimed it. Whoever withdraws one locks the user first, and so does this:
    the link is issued before that, and withdrawn with the mail, or not at all.
    """
    if mail.user_id is not None:
        user_lock(mail.user_id)
    waiting = AccountMail.objects.select_for_update(of=("self",)).filter(pk=mail.pk, done_at=None)
    stored = waiting.select_related("user").first()
    return None if stored is None else _written(stored)


def _written(mail: AccountMail) -> EmailMessage | None:
    if mail.kind == MailKind.RESET_PASSWORD:
        return _reset(mail)
    if mail.user is None or not mail.user.is_active:
        return None
    if mail.kind == MailKind.EMAIL_CHANGED:
        return _message(mail, "email_changed", "Your email address was changed", mail.user)
    return _confirmation(mail, mail.user)


def _confirmation(mail: AccountMail, user: User) -> EmailMessage | None:
    """Return the mail with which `user` confirms the address; to one whom it belongs already, a note of that."""
    is_change = mail.kind == MailKind.CHANGE_EMAIL
    if not is_change and (user.email_confirmed_at or user.email.lower() != mail.email.lower()):
        return None
    owner = _confirmed_owner(mail.email)
    if owner == user:
        return None
    if owner is not None:
        return _message(mail, "address_in_use", "Somebody gave your email address", owner)
    purpose = LinkPurpose.CHANGE_EMAIL if is_change else LinkPurpose.CONFIRM_EMAIL
    link = link_issue(purpose=purpose, user=user, email=mail.email)
    return _message(mail, "confirm_email", "Confirm your email address", user, link=link)


def _reset(mail: AccountMail) -> EmailMessage | None:
    """Return a link for whoever has confirmed the address, else for each of the first who claim it."""
    users = list(users_by_email(mail.email).filter(is_active=True)[:_MOST_CLAIMS])
    if _confirmed_owner(mail.email) is not None:
        users = [user for user in users if user.email_confirmed_at]
    if not users:
        return None
    links = [
        {"user": user, "link": link_issue(purpose=LinkPurpose.RESET_PASSWORD, user=user, email=mail.email)}
        for user in users
    ]
    return _message(mail, "reset_password", "Set a new password", users[0], links=links)


def _confirmed_owner(email: str) -> User | None:
    return users_by_email(email).filter(email_confirmed_at__isnull=False).first()


def _message(mail: AccountMail, template: str, subject: str, user: User, **more: Any) -> EmailMessage:
    context: Mapping[str, Any] = {
        "user": user,
        "email": mail.email,
        "site": settings.PUBLIC_URL,
        "hours": settings.CONFIRMATION_LINK_HOURS,
        "minutes": settings.RESET_LINK_MINUTES,
        **more,
    }
    return EmailMessage(
        subject=f"{subject} - Tidewire",
        body=render_to_string(f"accounts/mails/{template}.txt", dict(context)),
        to=[mail.email],
        # RFC 3834: no machine answers it. Without List-Unsubscribe on purpose: docs/security.md.
        headers={"Auto-Submitted": "auto-generated", USER_HEADER: str(user.pk)},
    )
