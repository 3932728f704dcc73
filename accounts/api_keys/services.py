"""API keys: made, listed, revoked, and whose one is.

A key is `tw_<id>_<secret>`. The secret has 256 random bits, of which the table holds the SHA-256: nobody can guess or
compute it from that, so the slow hash that a password needs would only make each request slow (NIST SP 800-63B, 5.1.2:
look-up secrets of 112 bits and more need no salt and no stretching).
"""

import hmac
import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.errors import ApplicationError, ErrorCode
from accounts.models import ApiKey, User
from accounts.secret_digest import secret_digest
from accounts.tokens.json_web_tokens import LATEST_END, TokenClaims
from accounts.user_lock import login_lock
from streaming.connections.closing import API_KEY_REVOKED, close_connections_of_sync
from streaming.database.errors import DATABASE_OUTAGES
from streaming.identity.identity import AuthenticationError, AuthenticationFailure, Identity
from streaming.identity.scopes import Scope
from streaming.times import milliseconds

PREFIX = "tw_"
_SECRET_BYTES = 32
_HINT_CHARACTERS = 4
_USED_EVERY = timedelta(minutes=1)
_KEY = re.compile(r"tw_([1-9][0-9]{0,17})_([A-Za-z0-9_-]{43})", re.ASCII)
_LOGIN_ID = re.compile(r"key-([1-9][0-9]{0,17})", re.ASCII)

logger = structlog.get_logger(__name__)


@transaction.atomic
def api_key_create(
    *, user: User, name: str, scopes: Collection[Scope], expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """Make a key of `user`; return it, and its text, which nothing can tell again.

    Raise an `ApplicationError` (CONFLICT) where the user has API_KEYS_PER_USER, `ValidationError` for wrong fields.
    """
    login_lock(user)  # two at a time would both find room, and keys may have been revoked with a log-out
    if user.api_keys.count() >= settings.API_KEYS_PER_USER:
        raise ApplicationError(
            f"You have {settings.API_KEYS_PER_USER} API keys already; revoke one first", code=ErrorCode.CONFLICT
        )
    if expires_at is not None:
        _end_check(expires_at)
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    chosen = sorted(scope.value for scope in scopes)
    key = ApiKey(user=user, name=name, scopes=chosen, expires_at=expires_at, digest=secret_digest(secret))
    key.hint = secret[:_HINT_CHARACTERS]
    key.full_clean(exclude=["user"])
    key.save()
    return key, f"{PREFIX}{key.pk}_{secret}"


def _end_check(expires_at: datetime) -> None:
    """Raise `ValidationError` for an end that has passed, or that can't be written in UTC."""
    if expires_at <= timezone.now():
        raise ValidationError({"expires_at": "This time has passed"})
    try:
        expires_at.astimezone(UTC)
    except OverflowError as refusal:  # PostgreSQL would store it, and nothing could read the row again
        raise ValidationError({"expires_at": "This time is after the year 9999"}) from refusal


@transaction.atomic
def api_key_revoke(*, user: User, key_id: int) -> None:
    """Delete one of the user's keys; its connections end. Raise an `ApplicationError` (NOT_FOUND) for any other."""
    key = user.api_keys.select_for_update().filter(pk=key_id).first()  # or a ticket could come between
    if key is None:
        raise ApplicationError("No such API key", code=ErrorCode.NOT_FOUND)
    key.delete()


@transaction.atomic
def api_keys_revoke(*, user: User) -> None:
    """Delete all keys of the user; their connections end."""
    held = user.api_keys.select_for_update().order_by("pk")  # or a ticket could come between
    user.api_keys.filter(pk__in=[key.pk for key in held]).delete()


def api_key_end(*, key: ApiKey) -> None:
    """Close the connections of a key that is being deleted, once that is committed."""
    user_id, login_id = str(key.user_id), key.login_id
    transaction.on_commit(lambda: close_connections_of_sync(user_id, API_KEY_REVOKED, login_id=login_id))


def is_login_of_key(login_id: str) -> bool:
    """Return whether a login of this name is that of an API key, whether or not there is one."""
    return key_id_of(login_id) is not None


def key_id_of(login_id: str) -> int | None:
    """Return which key it is that logged in, or None where it was none."""
    match = _LOGIN_ID.fullmatch(login_id)
    return None if match is None else int(match[1])


def is_api_key(text: str) -> bool:
    """Return whether `text` is meant for a key, whether or not it is good."""
    return text.startswith(PREFIX)


def users_of_keys(texts: Sequence[str]) -> list[tuple[User, TokenClaims] | Exception]:
    """Return for each key its active user, without the rights of staff, and what it allows.

    Or an `AuthenticationError`: FAILED for an unknown, revoked or expired key; INVALID for one of an inactive user. One
    query for all, and one more in a minute that notes the use.
    """
    found = [_KEY.fullmatch(text) for text in texts]
    ids = {int(match[1]) for match in found if match is not None}
    keys = ApiKey.objects.select_related("user").in_bulk(ids) if ids else {}
    owners = [_owner(match, keys) for match in found]
    good = {claims.login_id for owner in owners if not isinstance(owner, Exception) for claims in owner[1:]}
    _note_use([key for key in keys.values() if key.login_id in good])
    return owners


def keys_that_ended(identities: Collection[Identity]) -> dict[str, frozenset[str]]:
    """Return by user which of the keys that these have logged in with were revoked; the others are in use.

    One that expires ends what it has logged in by itself, as a token does.
    """
    ids = {key_id for each in identities if (key_id := key_id_of(each.login_id)) is not None}
    if not ids:
        return {}
    keys = list(ApiKey.objects.filter(pk__in=ids))
    _note_use(keys)
    good, ended = {key.login_id for key in keys}, dict[str, set[str]]()
    for each in identities:
        if each.scopes is not None and each.login_id not in good:
            ended.setdefault(each.user_id, set()).add(each.login_id)
    return {user_id: frozenset(login_ids) for user_id, login_ids in ended.items()}


def claims_of_key(key: ApiKey) -> TokenClaims:
    """Return what a key says as a token would; one without an end has that of the last year that can be written."""
    expires_at = LATEST_END * 1000 if key.expires_at is None else milliseconds(key.expires_at)
    scopes = frozenset(Scope(scope) for scope in key.scopes)
    return TokenClaims(str(key.user_id), expires_at=expires_at, login_id=key.login_id, scopes=scopes)


def _owner(match: re.Match[str] | None, keys: Mapping[int, ApiKey]) -> tuple[User, TokenClaims] | Exception:
    key = None if match is None else keys.get(int(match[1]))
    if match is None or key is None or not hmac.compare_digest(key.digest, secret_digest(match[2])):
        return AuthenticationError(AuthenticationFailure.FAILED)
    if key.has_expired(timezone.now()):
        return AuthenticationError(AuthenticationFailure.FAILED)
    if not key.user.is_active:
        return AuthenticationError(AuthenticationFailure.INVALID)
    key.user.withhold_staff_rights()
    return key.user, claims_of_key(key)


def _note_use(keys: Collection[ApiKey]) -> None:
    """Store that keys are used, at most once a minute; where the database takes no writes, nobody is refused for it."""
    now = timezone.now()
    before = now - _USED_EVERY
    due = [key.pk for key in keys if key.last_used_at is None or key.last_used_at <= before]
    if not due:
        return
    unnoted = Q(last_used_at=None) | Q(last_used_at__lte=before)
    try:
        with transaction.atomic():
            ApiKey.objects.filter(unnoted, pk__in=due).update(last_used_at=now)
    except DATABASE_OUTAGES as error:
        logger.warning("the use of API keys could not be noted", reason=repr(error))
