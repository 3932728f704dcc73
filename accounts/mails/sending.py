"""Sends the mails about accounts, beside the deliveries: any number of senders may run side by side.

A sender claims a mail by a conditional UPDATE that also says when it is tried again, should this attempt fail or the
process die. It may so be sent twice, with a link each; never not at all, but for a server that wants it never.
"""

import asyncio
import smtplib
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import structlog
from channels.db import database_sync_to_async
from django.core.mail import EmailMessage
from django.db.models import F

from accounts.mails.writing import mail_of
from accounts.models import AccountMail
from streaming.clock import Clock, SystemClock
from streaming.database.errors import DATABASE_OUTAGES, AnyDatabaseError
from streaming.outage import Outage
from streaming.times import moment
from streaming.tracing.origin import continued

_AT_A_TIME = 4
_ATTEMPTS = 8
_RETRY = timedelta(seconds=60)  # longer than an attempt takes: it is the claim, too
_LONGEST_RETRY = timedelta(minutes=15)
_ATTEMPT_SECONDS = 45.0
_PERMANENT = 500  # RFC 5321, 4.2.1: from here on the server wants no second attempt

logger = structlog.get_logger(__name__)


class AccountMailSender:
    """Sends the mails about accounts that are due, until it is cancelled.

    Its threads are its own: no other mail waits for them, nor they for others.
    """

    def __init__(self, *, poll_seconds: float, clock: Clock | None = None) -> None:
        self._poll_seconds = poll_seconds
        self._clock = clock or SystemClock()
        self._threads = ThreadPoolExecutor(_AT_A_TIME, thread_name_prefix="account mails")
        self._outage = Outage("database of the mails about accounts", self._clock)

    async def run(self) -> None:
        """Send until cancelled."""
        try:
            while True:
                if not await self._turn_if_possible():
                    await asyncio.sleep(self._poll_seconds)
        finally:
            self._threads.shutdown(wait=False, cancel_futures=True)

    async def _turn_if_possible(self) -> bool:
        try:
            worked = await self.turn()
        except AnyDatabaseError as error:
            self._outage.failed(error)
            return False
        self._outage.worked()
        return worked

    async def turn(self) -> bool:
        """Send what is due, a few at a time; return whether there was any."""
        now = moment(self._clock.now_ms())
        claimed = await database_sync_to_async(mails_claim)(now=now)
        await asyncio.gather(*(self._send_on_behalf(mail) for mail in claimed))
        return bool(claimed)

    async def _send_on_behalf(self, mail: AccountMail) -> None:
        with continued(mail.origin, "account mail", kind=mail.kind):
            await self._send(mail)

    async def _send(self, mail: AccountMail) -> None:
        """Send one. Whatever is wrong with it holds up no other; it is tried again when its claim ends."""
        try:
            message = await database_sync_to_async(mail_of)(mail)
            if message is None or await self._is_settled(mail, message):
                await database_sync_to_async(mail_done)(mail, now=moment(self._clock.now_ms()))
        except DATABASE_OUTAGES:
            raise
        except Exception:
            logger.exception("a mail about an account can't be seen to", kind=mail.kind)

    async def _is_settled(self, mail: AccountMail, message: EmailMessage) -> bool:
        """Return whether no further attempt is worth it: it is sent, or refused for good."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_ATTEMPT_SECONDS):
                await loop.run_in_executor(self._threads, message.send)
        except (smtplib.SMTPException, OSError) as error:  # a timeout is an OSError
            settled = _is_permanent(error) or mail.attempts + 1 >= _ATTEMPTS  # as it was before the claim
            logger.warning("a mail about an account was not sent", kind=mail.kind, settled=settled, reason=repr(error))
            return settled
        return True


def mails_claim(*, now: datetime) -> list[AccountMail]:
    """Return a few that are due and that nobody else has claimed."""
    due = AccountMail.objects.select_related("user").filter(done_at=None, not_before__lte=now)
    return [mail for mail in due.order_by("not_before")[:_AT_A_TIME] if _claimed(mail, now)]


def mail_done(mail: AccountMail, *, now: datetime) -> None:
    """Note that a mail is sent, or never will be."""
    AccountMail.objects.filter(pk=mail.pk).update(done_at=now)


def _claimed(mail: AccountMail, now: datetime) -> bool:
    if mail.attempts >= _ATTEMPTS:  # whoever made the last one died of it
        mail_done(mail, now=now)
        return False
    again = now + min(_RETRY * 2**mail.attempts, _LONGEST_RETRY)
    row = AccountMail.objects.filter(pk=mail.pk, attempts=mail.attempts, done_at=None)
    return row.update(attempts=F("attempts") + 1, not_before=again) == 1


def _is_permanent(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= _PERMANENT for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= _PERMANENT
