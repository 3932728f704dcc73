"""Sending the mails about accounts: by a real mail server, one that refuses or is away, and by several senders."""

import pytest
import structlog
import time_machine
from asgiref.sync import sync_to_async
from pytest_django import Settings

from accounts.mails.headers import USER_HEADER
from accounts.mails.requests import mail_request, mails_forget
from accounts.mails.sending import AccountMailSender, mails_claim
from accounts.models import AccountMail, MailKind, User
from accounts.services import user_register
from config.logs.logging import add_correlation_id
from streaming.times import moment
from streaming.tracing.correlation import correlated
from tests.accounts.conftest import PASSWORD
from tests.alerts.deliveries.smtp_server import Mailbox, smtp_server, use_server
from tests.manual_clock import ManualClock

_START_MS = 1_800_000_000_000
_NEWCOMER = {"username": "Newcomer", "email": "newcomer@example.com", "password": PASSWORD}


class Sending:
    """A registered user whose mail waits, and a sender with a clock."""

    def __init__(self) -> None:
        self.clock = ManualClock(_START_MS)
        self.sender = AccountMailSender(poll_seconds=0.01, clock=self.clock)

    async def register(self) -> User:
        """Store the mail at the clock's time."""
        with time_machine.travel(moment(self.clock.now_ms()), tick=False):
            return await sync_to_async(user_register)(**_NEWCOMER)

    async def turn(self) -> bool:
        """Send what is due."""
        with time_machine.travel(moment(self.clock.now_ms()), tick=False):
            return await self.sender.turn()


@pytest.fixture
def sending() -> Sending:
    """Return it, with nothing to send yet."""
    return Sending()


async def test_it_sends_a_mail_by_the_mail_server_and_once(
    shared_database: None, sending: Sending, settings: Settings
) -> None:
    mailbox = Mailbox()
    async with smtp_server(mailbox) as port:
        use_server(settings, port)
        user = await sending.register()
        assert await sending.turn()
        assert not await sending.turn()
    [message] = mailbox.mails
    assert mailbox.recipients == ["newcomer@example.com"]
    assert message["Subject"] == "Confirm your email address - Tidewire"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message[USER_HEADER] == str(user.pk)
    assert "http://127.0.0.1:8000/account/confirm-email/" in message.get_content()


async def test_it_tries_again_where_the_server_is_away_and_where_it_says_later(
    shared_database: None, sending: Sending, settings: Settings
) -> None:
    mailbox = Mailbox()
    await sending.register()
    async with smtp_server(mailbox) as port:
        use_server(settings, port)
        mailbox.refusal = "450 Later"
        assert await sending.turn()
    sending.clock.advance(59)
    assert not await sending.turn()
    sending.clock.advance(1)
    assert await sending.turn()  # nobody listens there any more
    sending.clock.advance(120)
    mailbox.refusal = ""
    async with smtp_server(mailbox) as port:
        use_server(settings, port)
        assert await sending.turn()
    assert len(mailbox.mails) == 1


async def test_what_it_logs_of_a_mail_is_on_behalf_of_whoever_has_asked_for_it(
    shared_database: None, sending: Sending, settings: Settings
) -> None:
    use_server(settings, 1)  # nobody listens there
    with correlated("shop-7"):
        await sending.register()
    with structlog.testing.capture_logs(processors=[add_correlation_id]) as logs:
        assert await sending.turn()
    assert [(line["event"], line["correlation_id"]) for line in logs] == [
        ("a mail about an account was not sent", "shop-7")
    ]


async def test_it_gives_up_where_the_server_refuses_for_good(
    shared_database: None, sending: Sending, settings: Settings
) -> None:
    mailbox = Mailbox()
    mailbox.refusal = "550 No such user"
    async with smtp_server(mailbox) as port:
        use_server(settings, port)
        await sending.register()
        assert await sending.turn()
        sending.clock.advance(3600)
        assert not await sending.turn()


def test_it_lets_one_sender_alone_have_a_mail_and_another_where_that_one_dies(db: None) -> None:
    clock = ManualClock(_START_MS)
    with time_machine.travel(moment(clock.now_ms()), tick=False):
        mail_request(kind=MailKind.RESET_PASSWORD, email="nobody@example.com")
    stale = list(AccountMail.objects.all())
    assert len(mails_claim(now=moment(clock.now_ms()))) == 1
    assert AccountMail.objects.filter(pk=stale[0].pk, attempts=stale[0].attempts).count() == 0
    assert mails_claim(now=moment(clock.now_ms())) == []
    clock.advance(60)
    assert len(mails_claim(now=moment(clock.now_ms()))) == 1


async def test_it_waits_for_a_mail_no_more_after_the_last_attempt(
    shared_database: None, sending: Sending, settings: Settings
) -> None:
    mailbox = Mailbox()
    mailbox.refusal = "450 Later"
    await sending.register()
    async with smtp_server(mailbox) as port:
        use_server(settings, port)
        for waiting in [1] * 7 + [0]:
            assert await sending.turn()
            assert await AccountMail.objects.filter(done_at=None).acount() == waiting
            sending.clock.advance(900)


def test_it_gives_up_after_so_many_attempts(db: None) -> None:
    clock = ManualClock(_START_MS)
    with time_machine.travel(moment(clock.now_ms()), tick=False):
        mail_request(kind=MailKind.RESET_PASSWORD, email="nobody@example.com")
    claims = 0
    for _ in range(20):
        claims += len(mails_claim(now=moment(clock.now_ms())))
        clock.advance(900)
    assert claims == 8
    assert not AccountMail.objects.filter(done_at=None).exists()  # also where every sender died of it


def test_it_forgets_mails_of_yesterday_though_nobody_asks_for_more(db: None) -> None:
    with time_machine.travel(moment(_START_MS), tick=False) as clock:
        mail_request(kind=MailKind.RESET_PASSWORD, email="nobody@example.com")
        clock.shift(1)
        mail_request(kind=MailKind.RESET_PASSWORD, email="other@example.com")
    day_ms = 86_400_000
    assert [sum(mails_forget(now_ms=_START_MS + day_ms + more)) for more in (0, 1000)] == [0, 1]
    assert [mail.email for mail in AccountMail.objects.all()] == ["other@example.com"]
