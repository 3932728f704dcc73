"""A change of the address that is under way while the password is set anew, on PostgreSQL: it doesn't outlive that."""

from collections.abc import Callable
from functools import partial
from threading import Event

import pytest
from django.test import RequestFactory
from django.utils import timezone

from accounts.email_addresses.services import email_change, email_confirm
from accounts.mails.requests import mail_request
from accounts.mails.sending import mails_claim
from accounts.mails.writing import mail_of
from accounts.models import AccountMail, LinkPurpose, MailKind, OneTimeLink, User
from accounts.one_time_links.services import LinkRefusedError, link_issue
from accounts.passwords.services import password_reset
from tests.accounts.conftest import PASSWORD
from tests.databases.held_queries import held_queries
from tests.databases.postgres_database import PostgresDatabase, somebody_waits
from tests.waiting import until_now

pytestmark = pytest.mark.postgres
_NEW = "entirely different words 77"
_THIEF = "thief@example.com"


def _user() -> User:
    return User.objects.get(username="Vera")


def _reset_link() -> str:
    """Make a user with a confirmed address, and return the end of a link to reset the password."""
    now = timezone.now()
    user = User.objects.create_user("Vera", "vera@example.com", PASSWORD, email_confirmed_at=now)
    return link_issue(purpose=LinkPurpose.RESET_PASSWORD, user=user, email=user.email)[-43:]


def _while_held(
    postgres: PostgresDatabase, statement: str, work: Callable[[], object], reset: Callable[[], object]
) -> None:
    """Let `work` come as far as the statement, and `reset` before it may go on, if it lets that happen."""
    is_over = Event()

    def reset_meanwhile() -> None:
        until_now(lambda: held.inside)
        try:
            reset()
        finally:
            is_over.set()

    def let_go() -> None:
        until_now(lambda: is_over.is_set() or somebody_waits())
        held.let_go()

    with held_queries(lambda sql, _: sql.startswith(statement)) as held:
        postgres.run(work, reset_meanwhile, let_go)


def _nothing_is_left() -> None:
    assert _user().check_password(_NEW)
    assert _user().email == "vera@example.com"
    assert not AccountMail.objects.filter(kind=MailKind.CHANGE_EMAIL, done_at=None).exists()
    assert not OneTimeLink.objects.exists()


def test_no_mail_is_stored_for_a_change_asked_for_with_the_password_of_before(postgres: PostgresDatabase) -> None:
    [secret] = postgres.run(_reset_link)

    def ask() -> None:
        email_change(user=_user(), email=_THIEF, password=PASSWORD, request=RequestFactory().post("/"))

    _while_held(
        postgres, 'INSERT INTO "accounts_accountmail"', ask, partial(password_reset, secret=secret, password=_NEW)
    )
    postgres.run(_nothing_is_left)


def test_a_link_of_a_mail_that_is_being_written_is_withdrawn(postgres: PostgresDatabase) -> None:
    [secret] = postgres.run(_reset_link)

    def write() -> None:
        mail_request(kind=MailKind.CHANGE_EMAIL, email=_THIEF, user=_user())
        [mail] = mails_claim(now=timezone.now())
        mail_of(mail)

    _while_held(
        postgres, 'INSERT INTO "accounts_onetimelink"', write, partial(password_reset, secret=secret, password=_NEW)
    )
    postgres.run(_nothing_is_left)


def test_who_confirms_and_who_resets_never_wait_in_a_circle(postgres: PostgresDatabase) -> None:
    [secret] = postgres.run(_reset_link)
    [change] = postgres.run(
        lambda: link_issue(purpose=LinkPurpose.CHANGE_EMAIL, user=_user(), email="new@example.com")[-43:]
    )

    def reset() -> None:
        with pytest.raises(LinkRefusedError):  # it was mailed to an address of before
            password_reset(secret=secret, password=_NEW)

    _while_held(postgres, 'UPDATE "accounts_user" SET "email"', partial(email_confirm, secret=change), reset)
    assert postgres.query("SELECT email FROM accounts_user WHERE username = 'Vera'") == [("new@example.com",)]
