"""Asking for the second factor, once the password was right.

A wrong code counts as a failed log-in of this user from this address (`accounts.log_in.lockout`). As a code has only
six digits and an attacker many addresses, the codes tried are counted for the user alone, too: after
TWO_FACTOR_FAILURES wrong ones each further one costs LOCKOUT_MINUTES (RFC 4226, 7.3). Recovery codes are too long to
be guessed, and so always taken.
"""

import math
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.db.models import F, Q
from django.http import HttpRequest
from django.utils import timezone

from accounts.errors import CodeRefusedError, CodeRequiredError, LockedOutError
from accounts.log_in.lockout import is_locked_out, seconds_to_unlock
from accounts.models import RecoveryCode, TwoFactorSecret, User
from accounts.two_factor.one_time_codes import recovery_digest, step_of, typed
from accounts.two_factor.secret_encryption import decrypted


def second_factor_check(*, user: User, code: str, request: HttpRequest) -> None:
    """Use up `code` of `user`, whose password was right just now; without two-factor nothing is asked.

    Raise `CodeRequiredError` without a code, `CodeRefusedError` for a wrong one or one that was used, and
    `LockedOutError` after too many of these.
    """
    if user.two_factor_since is None:
        return
    if not typed(code):
        raise CodeRequiredError
    if _use_recovery_code(user, code):
        return
    try:
        is_right = code_use(user=user, code=code)
    except LockedOutError:
        _count_failure(user, request)
        raise
    if not is_right:
        _count_failure(user, request)
        if is_locked_out(request):
            raise LockedOutError(seconds_to_unlock(user.username, request))
        raise CodeRefusedError


def code_use(*, user: User, code: str) -> bool:
    """Return whether `code` is one of the user's authenticator app, which then is used up.

    It works once, however many try at a time. Raise `LockedOutError` after too many wrong ones.
    """
    now = timezone.now()
    _claim_try(user, now)
    stored = TwoFactorSecret.objects.filter(user=user).first()
    secret = decrypted(stored.sealed) if stored else None
    if stored is None or secret is None:
        return False
    step = step_of(secret, typed(code), at=now.timestamp(), after=stored.last_step)
    unused = TwoFactorSecret.objects.filter(user=user, sealed=stored.sealed, last_step__lt=step or -1)
    return step is not None and unused.update(last_step=step, failures=0) == 1


def _claim_try(user: User, now: datetime) -> None:
    """Count a code before it is looked at: else many at a time would all pass before the first is counted."""
    pause = timedelta(minutes=settings.LOCKOUT_MINUTES)
    of_user = TwoFactorSecret.objects.filter(user=user)
    may_try = Q(failures__lt=settings.TWO_FACTOR_FAILURES) | Q(tried_at__lte=now - pause)
    if of_user.filter(may_try).update(failures=F("failures") + 1, tried_at=now):
        return
    latest = of_user.values_list("tried_at", flat=True).first()
    if latest is not None:
        raise LockedOutError(max(1, math.ceil((latest + pause - now).total_seconds())))


def _use_recovery_code(user: User, code: str) -> bool:
    deleted, _ = RecoveryCode.objects.filter(user=user, digest=recovery_digest(code)).delete()
    return deleted == 1


def _count_failure(user: User, request: HttpRequest) -> None:
    user_login_failed.send(sender=User, credentials={"username": user.username}, request=request)
