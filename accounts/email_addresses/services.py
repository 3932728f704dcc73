"""What confirms and changes email addresses: one function a use case."""

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.api_keys.services import api_keys_revoke
from accounts.errors import ApplicationError, ErrorCode
from accounts.mails.requests import mail_request, mail_request_if_possible, mails_withdraw
from accounts.models import LinkPurpose, MailKind, User
from accounts.one_time_links.services import LinkRefusedError, link_find, link_take, links_withdraw
from accounts.passwords.checking import code_check, password_check
from accounts.two_factor.services import two_factor_turn_off
from accounts.user_lock import login_lock, user_lock

CONFIRMING = (LinkPurpose.CONFIRM_EMAIL, LinkPurpose.CHANGE_EMAIL)


class AddressTakenError(ApplicationError):
    """Another user has confirmed the address. Only who reads its mail, or an administrator, is told."""

    code = ErrorCode.CONFLICT

    def __init__(self) -> None:
        super().__init__("Another account has confirmed this address")


def confirmation_send(*, user: User) -> None:
    """Send `user` a new link that confirms the address.

    Raise an `ApplicationError`: CONFLICT where it is confirmed already, and what `mail_request` raises.
    """
    if user.email_confirmed_at is not None:
        raise ApplicationError("Your address is confirmed already", code=ErrorCode.CONFLICT)
    mail_request(kind=MailKind.CONFIRM_EMAIL, email=user.email, user=user)


def email_confirm(*, secret: str) -> User:
    """Use a link up, and return whose address it has confirmed; of a change, that address is the user's from now on.

    Raise `LinkRefusedError`, and `AddressTakenError` where another user was quicker; then nothing is changed.
    """
    link = link_find(secret=secret, purposes=CONFIRMING)
    user = link.user
    with transaction.atomic():
        user_lock(user.pk)  # before the link, as whoever withdraws links does, or the two would wait for each other
        link_take(link)
        user.refresh_from_db()
        before = user.email
        if link.purpose == LinkPurpose.CONFIRM_EMAIL and before.lower() != link.email.lower():
            raise LinkRefusedError
        settle = email_settle if user.email_confirmed_at else email_settle_first
        settle(user=user, email=link.email)
        if before.lower() != link.email.lower():
            mail_request_if_possible(kind=MailKind.EMAIL_CHANGED, email=before, user=user)
    return user


def email_settle(*, user: User, email: str) -> None:
    """Make `email` the confirmed address of `user`; other links to confirm or to change it are good no more.

    Raise `AddressTakenError`. The administrator's way, and that of whoever has shown to read its mail.
    """
    user.email, user.email_confirmed_at = email, timezone.now()
    try:
        with transaction.atomic():
            user.save(update_fields=["email", "email_confirmed_at"])
    except IntegrityError as refusal:
        raise AddressTakenError from refusal
    links_withdraw(user=user, purposes=CONFIRMING)
    mails_withdraw(user=user, kinds=(MailKind.CONFIRM_EMAIL, MailKind.CHANGE_EMAIL))


def email_settle_first(*, user: User, email: str) -> None:
    """Do the same for a user who had no confirmed address so far, and take what was set up before.

    Whoever registered needn't be who reads the mail: API keys and two-factor of then would keep the account theirs.
    """
    email_settle(user=user, email=email)
    api_keys_revoke(user=user)
    two_factor_turn_off(user=user)


def email_change(*, user: User, email: str, password: str, request: HttpRequest, code: str = "") -> None:
    """Send a link to a new address, which counts once it is confirmed; nothing is changed until then.

    Raise `ValidationError` for what is no address, an `ApplicationError` that names a wrong `password` or, of a user
    with two-factor, `code`, `LockedOutError`, and what `mail_request` raises. Whether the address has an account
    already isn't told.
    """
    password_check(user=user, password=password, field="password", request=request)
    User(email=email).clean_fields(exclude=["username", "password"])
    code_check(user=user, code=code, request=request)
    with transaction.atomic():
        login_lock(user)  # until the mail is stored: a new password withdraws it, or has refused it here
        links_withdraw(user=user, purposes=(LinkPurpose.CHANGE_EMAIL,))
        mail_request(kind=MailKind.CHANGE_EMAIL, email=User.objects.normalize_email(email), user=user)
