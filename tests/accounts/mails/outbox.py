"""Mails about accounts: sent as the delivery worker does, and read as their receiver does."""

import re

from asgiref.sync import async_to_sync
from django.core import mail
from django.core.mail import EmailMessage

from accounts.mails.sending import AccountMailSender

_LINK = re.compile(r"https?://\S+/account/[\w-]+/([\w-]{43})\b")


def sent() -> list[EmailMessage]:
    """Send what is due, and return the mails of this time."""
    before = len(mail.outbox)
    sender = AccountMailSender(poll_seconds=0.01)
    while async_to_sync(sender.turn)():
        pass
    return mail.outbox[before:]


def secrets_in(message: EmailMessage) -> list[str]:
    """Return the ends of the links in a mail."""
    return _LINK.findall(str(message.body))


def the_secret() -> str:
    """Send what is due, which is one mail with one link, and return the link's end."""
    [message] = sent()
    [secret] = secrets_in(message)
    return secret
