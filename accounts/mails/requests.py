"""Asking for a mail about an account, as often as the caps let it."""

import math
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.errors import ApplicationError, ErrorCode, TooOftenError
from accounts.models import AccountMail, MailKind, User
from streaming.database.caused_rows import caused_now
from streaming.times import moment
from streaming.workers.retention import rows_delete_in_batches

_HOUR = timedelta(hours=1)
_KEPT = timedelta(days=1)
_CLAIMS = (MailKind.WELCOME, MailKind.CHANGE_EMAIL)
"""Sent to whatever address anybody gives as theirs: their cap is their own, or they would use up that of all others."""
_NOTICES = (MailKind.WELCOME, MailKind.EMAIL_CHANGED)
"""Asked for by nobody: only the cap of the address counts for them."""


def mail_request(*, kind: MailKind, email: str, user: User | None = None) -> None:
    """Store that a mail is to be sent to `email`.

    Raise `TooOftenError` where the user, or without one the address, was sent ACCOUNT_MAILS_AGAIN of the kind within an
    hour, or the address as many as its caps let it (see `_caps`); and an `ApplicationError` (UNAVAILABLE) where too
    many wait. Being refused costs no write, but for those few who ask at the same moment.
    """
    now = timezone.now()
    most = settings.ACCOUNT_MAILS_WAITING
    if AccountMail.objects.filter(done_at=None)[:most].count() >= most:
        raise ApplicationError("Mail can't be sent just now; try again later", code=ErrorCode.UNAVAILABLE)
    mail = AccountMail(kind=kind, email=email, user=user, created_at=now, not_before=now, **caused_now())
    _check_caps(mail)
    mail.save()
    try:
        _check_caps(mail)
    except TooOftenError:  # of many who asked at once not all get through
        mail.delete()
        raise


def mail_request_if_possible(*, kind: MailKind, email: str, user: User) -> None:
    """Do the same where the caps let it, and nothing else: the user may ask for it later."""
    try:
        mail_request(kind=kind, email=email, user=user)
    except ApplicationError:
        return


def mails_withdraw(*, user: User, kinds: tuple[MailKind, ...]) -> None:
    """Send no mail of these kinds that `user` still waits for."""
    AccountMail.objects.filter(user=user, kind__in=kinds, done_at=None).delete()


def mails_forget(*, now_ms: int) -> Iterator[int]:
    """Delete the mails that count for no cap any more; each step gives of how many rows a batch was."""
    old = AccountMail.objects.filter(created_at__lt=moment(now_ms) - _KEPT)
    yield from rows_delete_in_batches(old.order_by())


def _check_caps(mail: AccountMail) -> None:
    """Raise `TooOftenError` where `mail`, stored or not yet, is one more than its caps let it."""
    others = (
        AccountMail.objects.alias(folded=Lower("email"))
        .filter(created_at__gt=mail.created_at - _HOUR)
        .exclude(pk=mail.pk)
    )
    waits = [_wait(others.filter(which), most, mail.created_at) for which, most in _caps(mail)]
    if any(waits):
        message = "Mail was sent there a moment ago; look into the folder for spam, or try again later"
        raise TooOftenError(message, max(waits))


def _caps(mail: AccountMail) -> Iterator[tuple[Q, int]]:
    """Yield what counts together with `mail`, and how many of them there may be within an hour.

    What anybody causes by naming an address as theirs leaves room for what its owner asks for: a link to confirm it,
    and one to reset the password, which counts with its own kind alone.
    """
    address = Q(folded=Lower(Value(mail.email)))
    if mail.kind in _CLAIMS:
        yield address & Q(kind__in=_CLAIMS), settings.ACCOUNT_CLAIM_MAILS_PER_ADDRESS
    elif mail.kind != MailKind.RESET_PASSWORD:
        yield address & ~Q(kind__in=(*_CLAIMS, MailKind.RESET_PASSWORD)), settings.ACCOUNT_MAILS_PER_ADDRESS
    if mail.kind not in _NOTICES:
        own = address if mail.user_id is None else Q(user=mail.user_id)
        yield own & Q(kind=mail.kind), settings.ACCOUNT_MAILS_AGAIN


def _wait(mails: QuerySet[AccountMail], most: int, now: datetime) -> int:
    """Return 0 where one more of these mails is within `most`, else the seconds until there is room, rounded up."""
    recent = mails.order_by("-created_at", "-pk").values_list("created_at", flat=True)
    blocking = list(recent[most - 1 : most])
    return math.ceil((blocking[0] + _HOUR - now).total_seconds()) if blocking else 0
