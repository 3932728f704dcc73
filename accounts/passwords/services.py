"""What sets new passwords: one function a use case.

With each end all logins from before, links to reset the password, and a change of the address (see `receivers`).
"""

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from accounts.api_keys.services import api_keys_revoke
from accounts.email_addresses.services import email_settle_first
from accounts.errors import TooOftenError
from accounts.logins.recording import login_begin
from accounts.mails.requests import mail_request
from accounts.models import LinkPurpose, MailKind, User
from accounts.one_time_links.services import LinkRefusedError, link_find, link_take
from accounts.passwords.checking import code_check, password_check
from accounts.tokens.json_web_tokens import TokenPair
from accounts.user_lock import login_lock

_RESET = (LinkPurpose.RESET_PASSWORD,)


def password_change(*, user: User, current: str, new: str, request: HttpRequest, code: str = "") -> TokenPair:
    """Set a new password as `own_password_set` does, and return the tokens of a new login."""
    own_password_set(user=user, current=current, new=new, request=request, code=code)
    return login_begin(user=user, request=request)


def own_password_set(*, user: User, current: str, new: str, request: HttpRequest, code: str = "") -> None:
    """Set a new password for who knows the current one, and end all logins; with two-factor it takes a `code`, too.

    Raise an `ApplicationError` that names `current` or `code`, `LockedOutError` after too many wrong ones,
    `ValidationError` that names `new`, and `AuthenticationError` where all logins have ended meanwhile.
    """
    password_check(user=user, password=current, field="current", request=request)
    _validate(new, user, field="new")
    code_check(user=user, code=code, request=request)
    user.set_password(new)  # hashing takes long, and no transaction waits for it
    with transaction.atomic():
        login_lock(user)
        user.save(update_fields=["password"])


def password_reset_ask(*, email: str) -> None:
    """Have a link mailed to `email` with which whoever has this address sets a new password.

    It says nothing and takes the same time, whether there is such a user or not: who it is, the sender of mails asks.
    Past ACCOUNT_MAILS_AGAIN within an hour there is no further mail. Raise an `ApplicationError` (UNAVAILABLE) where
    too many wait.
    """
    try:
        mail_request(kind=MailKind.RESET_PASSWORD, email=email)
    except TooOftenError:
        return


def password_reset(*, secret: str, password: str) -> User:
    """Use a link up and set a new password, which ends all logins; that the mail was read confirms its address.

    Whoever resets a password has lost control of the account: all API keys are revoked, too.

    Raise `LinkRefusedError`; `ValidationError` that names `password`, and the link stays good; and `AddressTakenError`
    where another user has confirmed the address since.
    """
    link = link_find(secret=secret, purposes=_RESET)
    user = link.user
    if user.email.lower() != link.email.lower():
        raise LinkRefusedError
    _validate(password, user, field="password")
    user.set_password(password)
    with transaction.atomic():
        if User.objects.select_for_update().get(pk=user.pk).email != user.email:
            raise LinkRefusedError
        link_take(link)
        if user.email_confirmed_at is None:
            email_settle_first(user=user, email=user.email)
        user.save(update_fields=["password"])
        api_keys_revoke(user=user)
    return user


def _validate(password: str, user: User, *, field: str) -> None:
    try:
        password_validation.validate_password(password, user)
    except ValidationError as refusal:
        raise ValidationError({field: refusal.error_list}) from refusal
