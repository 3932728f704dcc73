"""Links that are mailed to an address, and work once: whoever has one has read the mail."""

import secrets
from collections.abc import Collection, Iterator
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.errors import ApplicationError
from accounts.models import LinkPurpose, OneTimeLink, User
from accounts.secret_digest import secret_digest
from streaming.times import moment
from streaming.workers.retention import rows_delete_in_batches

MAXIMUM_SECRET_LENGTH = 64
_SECRET_BYTES = 32
_REFUSAL = "This link is no longer good: it was used, it is too old, or a newer one has taken its place"


class LinkRefusedError(ApplicationError):
    """The link was never given, is used up or too old, or what it was for has changed: one wording for all."""

    def __init__(self) -> None:
        super().__init__(_REFUSAL, fields={"secret": _REFUSAL})


def link_issue(*, purpose: LinkPurpose, user: User, email: str) -> str:
    """Return the address of a new link for `user`, to be mailed to `email`; it holds a secret of 256 bits."""
    now = timezone.now()
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    OneTimeLink.objects.create(
        digest=secret_digest(secret), purpose=purpose, user=user, email=email, expires_at=now + _lifetime(purpose)
    )
    page = "reset-password" if purpose is LinkPurpose.RESET_PASSWORD else "confirm-email"
    return settings.PUBLIC_URL + reverse(page, args=[secret])


def link_find(*, secret: str, purposes: Collection[LinkPurpose]) -> OneTimeLink:
    """Return the good link with this secret, without using it up; raise `LinkRefusedError` where there is none."""
    links = OneTimeLink.objects.select_related("user").filter(
        digest=secret_digest(secret), purpose__in=purposes, expires_at__gt=timezone.now(), user__is_active=True
    )
    link = links.first()
    if link is None:
        raise LinkRefusedError
    return link


def link_take(link: OneTimeLink) -> None:
    """Use up a link; raise `LinkRefusedError` where somebody else has done so meanwhile: one alone succeeds."""
    deleted, _ = link.delete()
    if deleted != 1:
        raise LinkRefusedError


def links_withdraw(*, user: User, purposes: Collection[LinkPurpose]) -> None:
    """Let no link of `user` work any more that is for one of `purposes`."""
    OneTimeLink.objects.filter(user=user, purpose__in=purposes).delete()


def links_forget(*, now_ms: int) -> Iterator[int]:
    """Delete the links that are too old; each step gives of how many rows a batch was."""
    old = OneTimeLink.objects.filter(expires_at__lte=moment(now_ms))
    yield from rows_delete_in_batches(old.order_by())


def _lifetime(purpose: LinkPurpose) -> timedelta:
    if purpose is LinkPurpose.RESET_PASSWORD:
        return timedelta(minutes=settings.RESET_LINK_MINUTES)
    return timedelta(hours=settings.CONFIRMATION_LINK_HOURS)
