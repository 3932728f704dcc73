"""Remembering where logins begin and are used. Nobody is refused for what can't be remembered."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from ipaddress import ip_address

import structlog
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.logins.client_names import client_name
from accounts.models import Login, User
from accounts.tokens.json_web_tokens import TokenClaims, TokenKind, TokenPair, pair_issue, token_read
from streaming.database.errors import DATABASE_OUTAGES
from streaming.identity.http_addresses import address_of_request
from streaming.times import moment
from streaming.workers.retention import SMALL_ROWS_AT_ONCE, rows_delete_in_batches

MOST_REMEMBERED = 100
"""Of a user; those that were used last. Others go on, and are remembered again when they are used."""
_NOTED_EVERY = timedelta(minutes=1)

logger = structlog.get_logger(__name__)


def login_begin(*, user: User, request: HttpRequest | None, login_id: str = "") -> TokenPair:
    """Return the tokens of a new login of `user`, or of one that goes on, and remember it for its user to see.

    A call without a request is a program's own: no client begins anything then.
    """
    pair = pair_issue(user=user, login_id=login_id)
    if request is not None:
        login_note_use(claims=token_read(pair.refresh, TokenKind.REFRESH), request=request)
        _forget_beyond(user)
    return pair


def login_note_use(*, claims: TokenClaims, request: HttpRequest) -> None:
    """Remember that the login of a refresh token is used by the client that sent `request`, at most once a minute."""
    now = timezone.now()
    if _is_noted(claims, now):
        return
    used = {
        "generation": claims.generation or 0,
        "client": client_name(request.headers.get("User-Agent", "")),
        "address": _address(request),
        "last_used_at": now,
        "expires_at": moment(claims.expires_at),
    }
    begun = now if claims.issued_at is None else min(now, moment(claims.issued_at * 1000))
    begins = {**used, "user_id": int(claims.user_id), "begun_at": begun}
    try:
        with transaction.atomic():
            Login.objects.update_or_create(login_id=claims.login_id, defaults=used, create_defaults=begins)
    except (IntegrityError, *DATABASE_OUTAGES) as error:  # the user may be gone by now
        logger.warning("the use of a login could not be noted", reason=repr(error))


def logins_forget(*, now_ms: int) -> Iterator[int]:
    """Delete the logins whose last token has expired; each step gives of how many rows a batch was."""
    old = Login.objects.filter(expires_at__lte=moment(now_ms))
    yield from rows_delete_in_batches(old.order_by())


def _is_noted(claims: TokenClaims, now: datetime) -> bool:
    noted = Login.objects.filter(
        login_id=claims.login_id, generation=claims.generation or 0, last_used_at__gt=now - _NOTED_EVERY
    )
    return noted.exists()


def _forget_beyond(user: User) -> None:
    beyond = Login.objects.filter(user=user).order_by("-last_used_at", "-pk").values_list("pk", flat=True)
    if batch := list(beyond[MOST_REMEMBERED : MOST_REMEMBERED + SMALL_ROWS_AT_ONCE]):
        Login.objects.filter(pk__in=batch).delete()


def _address(request: HttpRequest) -> str | None:
    try:
        return str(ip_address(address_of_request(request)))
    except ValueError:  # a local socket, or a server that names its peers
        return None
