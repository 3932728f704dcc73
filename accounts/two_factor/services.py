"""Turning two-factor on and off, and new recovery codes: one function a use case."""

from typing import NoReturn

import msgspec
import structlog
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.errors import ApplicationError, CodeRefusedError, ErrorCode
from accounts.logins.recording import login_begin
from accounts.models import RecoveryCode, TwoFactorSecret, User
from accounts.passwords.checking import code_check, password_check, refusal_of_code
from accounts.services import user_log_out_everywhere
from accounts.two_factor.checking import code_use
from accounts.two_factor.one_time_codes import (
    enrolment_address,
    qr_code,
    recovery_codes_new,
    recovery_digest,
    secret_in_words,
    secret_new,
)
from accounts.two_factor.secret_encryption import encrypted
from accounts.two_factor.staff_rights import is_withheld
from accounts.user_lock import login_lock
from streaming.identity.identity import AuthenticationError, AuthenticationFailure

log = structlog.get_logger(__name__)


class Enrolment(msgspec.Struct, frozen=True):
    """What an authenticator app is told: the secret in base 32, its `otpauth://` address, and that as a picture."""

    secret: str
    address: str
    qr_code: str


class RecoveryCodes(msgspec.Struct, frozen=True):
    """Recovery codes, shown this once."""

    recovery_codes: list[str]


class TwoFactorTurnedOn(RecoveryCodes, frozen=True):
    """The same with the tokens of a new login, as all from before have ended."""

    access: str
    refresh: str


class TwoFactorState(msgspec.Struct, frozen=True, kw_only=True):
    """How it stands: `required` says that a member of staff has no staff's rights before it is on."""

    enabled: bool
    required: bool
    recovery_codes_left: int


def two_factor_state(*, user: User) -> TwoFactorState:
    """Return how two-factor of `user` stands."""
    return TwoFactorState(
        enabled=user.two_factor_since is not None,
        required=user.staff_rights_withheld,
        recovery_codes_left=RecoveryCode.objects.filter(user=user).count(),
    )


def two_factor_begin(*, user: User, password: str, request: HttpRequest) -> Enrolment:
    """Return a new secret for the user's authenticator app; it counts once `two_factor_confirm` was shown a code.

    Raise an `ApplicationError`: CONFLICT where two-factor is on, or one that names a wrong `password`, which counts as
    a failed log-in (`LockedOutError`).
    """
    _refuse_where_on(user)
    password_check(user=user, password=password, field="password", request=request)
    secret = secret_new()
    fresh = {"sealed": encrypted(secret), "last_step": -1, "failures": 0, "tried_at": None}
    with transaction.atomic():
        _lock_while_off(user)
        TwoFactorSecret.objects.update_or_create(user=user, defaults=fresh)
    address = enrolment_address(secret, user.username)
    return Enrolment(secret=secret_in_words(secret), address=address, qr_code=qr_code(address))


def two_factor_confirm(*, user: User, code: str, request: HttpRequest | None = None) -> TwoFactorTurnedOn:
    """Turn two-factor on for a user who shows a code of the secret; return recovery codes and a new login's tokens.

    All logins from before end, as none of them was asked for a code: else staff's rights would come to them. Raise an
    `ApplicationError`: CONFLICT where it is on, or was never begun, or one that names a wrong `code`.
    """
    _refuse_where_on(user)
    if not TwoFactorSecret.objects.filter(user=user).exists():
        raise ApplicationError("Two-factor was not begun", code=ErrorCode.CONFLICT)
    if not code_use(user=user, code=code):
        raise refusal_of_code(CodeRefusedError())
    with transaction.atomic():
        _lock_while_off(user)
        User.objects.filter(pk=user.pk).update(two_factor_since=timezone.now())
        codes = _renew(user).recovery_codes
        user_log_out_everywhere(user=user)
    log.info("two_factor_on", user_id=str(user.pk))
    pair = login_begin(user=user, request=request)
    return TwoFactorTurnedOn(codes, access=pair.access, refresh=pair.refresh)


def recovery_codes_renew(*, user: User, password: str, code: str, request: HttpRequest) -> RecoveryCodes:
    """Return new recovery codes; those from before are refused. Raise as `two_factor_disable` does."""
    _refuse_where_off(user)
    password_check(user=user, password=password, field="password", request=request)
    code_check(user=user, code=code, request=request)
    with transaction.atomic():
        login_lock(user)
        return _renew(user)


def two_factor_disable(*, user: User, password: str, code: str, request: HttpRequest) -> None:
    """Turn two-factor off for a user who shows the password and a code.

    Raise an `ApplicationError`: CONFLICT where it is off, or one that names a wrong `password` or `code`, each of which
    counts as a failed log-in (`LockedOutError`).
    """
    _refuse_where_off(user)
    password_check(user=user, password=password, field="password", request=request)
    code_check(user=user, code=code, request=request)
    with transaction.atomic():
        login_lock(user)
        two_factor_turn_off(user=user)


@transaction.atomic
def two_factor_turn_off(*, user: User) -> None:
    """Turn two-factor off, for a user who has lost the device, too.

    Staff who need it lose their rights by that: all their logins end, or open ones would keep their permissions.
    """
    was_on = User.objects.filter(pk=user.pk, two_factor_since__isnull=False).update(two_factor_since=None)
    TwoFactorSecret.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    user.two_factor_since = None
    if not was_on:
        return
    if is_withheld(is_staff=user.is_staff, is_superuser=user.is_superuser, two_factor_since=None):
        user_log_out_everywhere(user=user)
    log.info("two_factor_off", user_id=str(user.pk))


def _renew(user: User) -> RecoveryCodes:
    codes = recovery_codes_new()
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(digest=recovery_digest(code), user=user) for code in codes)
    return RecoveryCodes(codes)


def _lock_while_off(user: User) -> None:
    """Let nobody else change the user before the transaction ends; refuse where that has happened since the request."""
    stored = User.objects.select_for_update().get(pk=user.pk)
    _refuse_where_on(stored)
    if stored.token_generation != user.token_generation:
        raise AuthenticationError(AuthenticationFailure.FAILED)


def _refuse_where_on(user: User) -> None:
    if user.two_factor_since is not None:
        _refuse_as_on()


def _refuse_as_on() -> NoReturn:
    raise ApplicationError("Two-factor is on already", code=ErrorCode.CONFLICT)


def _refuse_where_off(user: User) -> None:
    if user.two_factor_since is None:
        raise ApplicationError("Two-factor is off", code=ErrorCode.CONFLICT)
