"""Sends one mail for each notification, as text and as HTML, through the mail backend of the settings."""

import re
import smtplib
from email.headerregistry import Address
from email.utils import format_datetime, parseaddr
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context, Engine

from accounts.mails.headers import USER_HEADER
from accounts.time_zones.zones import time_text
from alerts.deliveries.chart_link import chart_url
from alerts.deliveries.errors import DeliveryFailedError, RejectedError, UnreachableError
from alerts.deliveries.message import Message
from alerts.deliveries.unsubscribing.links import Subscription, unsubscribe_url
from streaming.numbers import with_separators
from streaming.times import moment
from streaming.workers.bounded_threads import BoundedThreads

_TEMPLATES = Engine(dirs=[str(Path(__file__).parent / "templates")])
_LONGEST_SUBJECT = 200
_PERMANENT = 500  # RFC 5321, 4.2.1: from here on the server wants no second attempt
_OF_THE_SENDER = re.compile(r"\bsender|\b5\.1\.[78]\b", re.IGNORECASE)  # RFC 3463, 3.2: the codes of a sender's address
_LATE = "This comes late: when it happened, it could not be seen at once."
_SIMULATED = "The values were simulated; they are of no exchange."


class EmailTransport:
    """Sends a notification as one mail."""

    slots = 8
    batch = 1

    def __init__(self) -> None:
        self._threads = BoundedThreads("mail", most=self.slots, most_each=self.slots)

    async def send(self, message: Message) -> None:
        """Send it.

        Raise `UnreachableError` without an address, and where the mail server refuses the address for good;
        `RejectedError` where it refuses the mail, or our sender's address, for good.
        """
        if not message.email:
            raise UnreachableError("the account has no confirmed email address")
        await self._threads.run(message.user_id, _send, mail_of(message))


def mail_of(message: Message) -> EmailMultiAlternatives:
    """Return the mail; sent a second time it has the same `Message-ID`."""
    unsubscribe = unsubscribe_url(Subscription(message.user_id, message.notification.kind))
    known = {"notification": message.notification, "count": message.count, "to": message.username}
    links = {"chart": chart_url(message), "page": f"{settings.PUBLIC_URL}/", "unsubscribe": unsubscribe}
    context = Context({**known, **links, "details": _details(message), "remarks": _remarks(message)})
    mail = EmailMultiAlternatives(
        subject=_subject(message.notification.title),
        body=_TEMPLATES.get_template("notification.txt").render(context),
        to=[message.email],
        headers={
            "Message-ID": f"<notification-{message.notification.id}@{_domain()}>",
            "Date": format_datetime(moment(message.notification.time)),
            "List-Unsubscribe": f"<{unsubscribe}>",  # RFC 8058: in one click, by a POST
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",  # RFC 3834: no machine answers it
            USER_HEADER: str(message.user_id),
        },
    )
    mail.attach_alternative(_TEMPLATES.get_template("notification.html").render(context), "text/html")
    return mail


def _send(mail: EmailMultiAlternatives) -> None:
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as refusal:
        code, text = next(iter(refusal.recipients.values()))
        raise _refusal_of_address(code, _decoded(text)) from refusal
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as refusal:
        raise _refusal_of_mail(refusal.smtp_code, _decoded(refusal.smtp_error)) from refusal
    except (smtplib.SMTPException, OSError) as error:
        raise DeliveryFailedError(f"the mail server failed: {str(error) or type(error).__name__}") from error


def _refusal_of_address(code: int, text: str) -> DeliveryFailedError:
    """Return what it means: many servers look at the sender only once they know the recipient, whose fault it isn't."""
    if _OF_THE_SENDER.search(text):
        return _refusal_of_mail(code, text)
    reason = f"the mail server refused the address: {code} {text}"
    return (UnreachableError if code >= _PERMANENT else DeliveryFailedError)(reason)


def _refusal_of_mail(code: int, text: str) -> DeliveryFailedError:
    reason = f"the mail server refused the mail: {code} {text}"
    return (RejectedError if code >= _PERMANENT else DeliveryFailedError)(reason)


def _decoded(text: bytes | str) -> str:
    return text.decode(errors="replace") if isinstance(text, bytes) else text


def _details(message: Message) -> list[tuple[str, str]]:
    """Return what is known of the firing, as people read it: all digits, in plain notation, with separators."""
    alert, decimals = message.alert, message.price_decimals
    if alert is None:
        return []
    level = None if alert.threshold is None else with_separators(alert.threshold, decimals)
    rows = (
        ("Symbol", alert.symbol),
        ("Value", with_separators(alert.value, decimals)),
        ("Level", level),
        ("Fired at", time_text(alert.time, message.zone)),
    )
    return [(name, value) for name, value in rows if value]


def _remarks(message: Message) -> list[str]:
    """Return in sentences what is out of the ordinary about the firing."""
    alert = message.alert
    if alert is None:
        return []
    return [sentence for sentence, holds in ((_LATE, alert.late), (_SIMULATED, alert.simulated)) if holds]


def _subject(title: str) -> str:
    """Return a title that users choose as one short line of what can be printed: no other header begins in it."""
    printable = "".join(character if character.isprintable() else " " for character in title)
    return " ".join(printable.split())[:_LONGEST_SUBJECT]


def _domain() -> str:
    """Return the sender's domain, for names of messages."""
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return Address(addr_spec=address).domain if "@" in address else "localhost"
