"""Mails as files, where no mail server is set, as in the demo: one `.eml` each, which every mail program opens.

A file's name begins with its time, so that names sort by it. The oldest go when there are too many.
"""

import secrets
from collections.abc import Iterator, Sequence
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage as Mail

from accounts.mails.headers import USER_HEADER
from streaming.clock import SystemClock
from streaming.times import iso_time

MOST_MAILS = 1000
_SUFFIX = ".eml"
_PARSER = BytesParser(policy=policy.default)


class StoredMail(msgspec.Struct, frozen=True, kw_only=True):
    """A mail in the folder, as its user is shown it."""

    id: str
    subject: str
    from_: str = msgspec.field(name="from")
    to: str
    sent: str
    text: str


class MailFolderBackend(BaseEmailBackend):
    """Django's mail backend that writes into the folder."""

    def __init__(self, fail_silently: bool = False, **options: Any) -> None:
        super().__init__(fail_silently=fail_silently, **options)

    def send_messages(self, email_messages: Sequence[Mail]) -> int:
        """Write each mail; it appears whole or not at all."""
        folder = mail_folder()
        folder.mkdir(parents=True, exist_ok=True)
        for mail in email_messages:
            name = f"{SystemClock().now_ms():013d}-{secrets.token_hex(4)}"
            unfinished = folder / f"{name}.part"
            unfinished.write_bytes(mail.message().as_bytes())
            unfinished.replace(folder / f"{name}{_SUFFIX}")
        _forget_the_oldest(folder)
        return len(email_messages)


def mail_folder() -> Path:
    """Return where mails go: `mail` in VAR_DIR."""
    return Path(settings.VAR_DIR) / "mail"


def mails_go_to_the_folder() -> bool:
    """Return whether they do, rather than to a mail server."""
    return bool(f"{MailFolderBackend.__module__}.{MailFolderBackend.__qualname__}" == settings.EMAIL_BACKEND)


def mails_of(user_id: int) -> list[StoredMail]:
    """Return the mails to one user, newest first."""
    return list(_mails_of(user_id))


def _mails_of(user_id: int) -> Iterator[StoredMail]:
    for path in sorted(mail_folder().glob(f"*{_SUFFIX}"), reverse=True):
        try:
            mail = _PARSER.parsebytes(path.read_bytes())
        except FileNotFoundError:  # it was the oldest, a moment ago
            continue
        if mail[USER_HEADER] == str(user_id):
            yield _stored(path, mail)


def _stored(path: Path, mail: EmailMessage) -> StoredMail:
    text = mail.get_body(preferencelist=("plain",))
    return StoredMail(
        id=path.stem,
        subject=str(mail["Subject"]),
        from_=str(mail["From"]),
        to=str(mail["To"]),
        sent=iso_time(int(path.stem.partition("-")[0])),
        text=str(text.get_content()) if text is not None else "",
    )


def _forget_the_oldest(folder: Path) -> None:
    names = sorted(folder.glob(f"*{_SUFFIX}"))
    for path in names[: max(0, len(names) - MOST_MAILS)]:
        path.unlink(missing_ok=True)
