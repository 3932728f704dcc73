"""Delivery by email, to a real SMTP server, and into the folder."""

import re
from decimal import Decimal
from email.message import EmailMessage
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async
from django.core import mail as django_mail
from msgspec import structs
from pytest_django import Settings

from accounts.models import User
from alerts.deliveries.channels.email import folder
from alerts.deliveries.channels.email.folder import mails_go_to_the_folder, mails_of
from alerts.deliveries.channels.email.transport import EmailTransport
from alerts.deliveries.errors import DeliveryFailedError, UnreachableError
from alerts.deliveries.unsubscribing.links import Subscription, subscription_of
from alerts.events import NotificationKind
from alerts.models import AlertRule, ChannelChoices, ChannelSwitch, DeliveryState
from alerts.preferences.preferences import Channel
from config.mail import FOLDER_BACKEND
from tests.alerts.deliveries.messages import ALERT, message_of
from tests.alerts.deliveries.notifying import DeliveryRig
from tests.alerts.deliveries.smtp_server import Mailbox, smtp_server, use_server
from tests.trading.market import symbol_listed
from tests.waiting import until

EMAIL = ChannelChoices.EMAIL


@pytest.fixture
def folder_backend(settings: Settings, tmp_path: Path) -> Path:
    """Let mails go into a folder."""
    settings.VAR_DIR = tmp_path
    settings.EMAIL_BACKEND = FOLDER_BACKEND
    return tmp_path / "mail"


def _files_in(folder: Path) -> int:
    return len(list(folder.iterdir()))


def _parts(mail: EmailMessage) -> tuple[str, str]:
    """Return a mail as text and as HTML."""
    plain, html = (mail.get_body(preferencelist=(kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    return plain.get_content().replace("\r\n", "\n"), html.get_content()


async def test_it_sends_text_and_html(mailbox: Mailbox) -> None:
    await EmailTransport().send(message_of(EMAIL, count=3))
    (mail,) = mailbox.mails
    assert mailbox.recipients == ["ada@example.com"]
    assert (mail["Subject"], mail["To"], mail["From"]) == (
        "BTCUSDT above 100.10",
        "ada@example.com",
        "Tidewire <tidewire@localhost>",
    )
    assert mail["Auto-Submitted"] == "auto-generated"
    for part in _parts(mail):
        assert "It is 100.2" in part
        assert "100.2000000000000000000001" in part
        assert "This has happened 3 times." in part
        assert "2025-11-20 22:00:00 UTC" in part


async def test_it_tells_the_firing_in_words_and_numbers_for_people(mailbox: Mailbox) -> None:
    told = structs.replace(ALERT, value=Decimal("97523.4500"), threshold=Decimal("1E+5"), late=True, simulated=True)
    await EmailTransport().send(message_of(EMAIL, alert=told, body="It fell"))
    (mail,) = mailbox.mails
    rows = [
        ("Symbol", "BTCUSDT"),
        ("Value", "97,523.45"),
        ("Level", "100,000"),
        ("Fired at", "2025-11-20 22:00:00 UTC"),
    ]
    plain, html = _parts(mail)
    assert [line.split(": ", 1) for line in plain.splitlines()[4:8]] == [list(row) for row in rows]
    assert re.findall("<th [^>]*>(.*?)</th><td [^>]*>(.*?)</td>", html) == rows
    for part in (plain, html):
        assert "This comes late: when it happened, it could not be seen at once." in part
        assert "The values were simulated; they are of no exchange." in part


async def test_it_says_nothing_of_what_a_firing_has_not(mailbox: Mailbox) -> None:
    await EmailTransport().send(message_of(EMAIL, alert=structs.replace(ALERT, symbol=None, threshold=None)))
    (mail,) = mailbox.mails
    for part in _parts(mail):
        assert "Value" in part
        assert [word for word in ("Symbol", "Level", "late", "simulated") if word in part] == []


async def test_it_tells_the_time_in_the_zone_that_its_user_has_chosen(rig: DeliveryRig, mailbox: Mailbox) -> None:
    zones = {"time_zone": "Europe/Berlin", "device_time_zone": "Asia/Tokyo"}
    await User.objects.filter(pk=rig.user.pk).aupdate(**zones)
    rig.start()
    await rig.tell_of_firing(Channel.EMAIL)
    await until(lambda: mailbox.mails)
    for part in _parts(mailbox.mails[0]):
        assert "2026-11-20 23:00:00 Europe/Berlin, UTC+1 (2026-11-20 22:00:00 UTC)" in part


@pytest.mark.parametrize(
    ("condition", "level"),
    [
        ({"source": "ticker", "field": "price"}, "100.100"),
        ({"source": "ticker", "field": "volume"}, "100.1"),
        ({"source": "indicator", "indicator": "ema"}, "100.100"),
        ({"source": "indicator", "indicator": "rsi"}, "100.1"),
    ],
    ids=lambda given: "-".join(given.values()) if isinstance(given, dict) else given,
)
async def test_it_writes_what_lies_among_prices_with_the_decimals_of_their_market(
    rig: DeliveryRig, mailbox: Mailbox, condition: dict[str, str], level: str
) -> None:
    await sync_to_async(symbol_listed)(tick_size=Decimal("0.0010"))
    await rig.tell_of_firing(Channel.EMAIL)
    await AlertRule.objects.aupdate(conditions=[condition])
    rig.start()
    await until(lambda: mailbox.mails)
    plain, html = _parts(mailbox.mails[0])
    assert f"\nLevel: {level}\n" in plain.replace("\r", "")
    assert f">{level}</td>" in html


async def test_it_is_the_same_mail_when_it_is_sent_again(mailbox: Mailbox) -> None:
    for attempts in (1, 2):
        await EmailTransport().send(message_of(EMAIL, attempts=attempts))
    assert mailbox.mails[0]["Message-ID"] == mailbox.mails[1]["Message-ID"] == "<notification-3@localhost>"


async def test_it_lets_no_title_write_headers_or_html(mailbox: Mailbox) -> None:
    await EmailTransport().send(message_of(EMAIL, title="Up\r\nBcc: eve@example.com", body="<script>alert(1)</script>"))
    (mail,) = mailbox.mails
    assert mail["Subject"] == "Up Bcc: eve@example.com"
    assert (mail["Bcc"], mailbox.recipients) == (None, ["ada@example.com"])
    html = mail.get_body(preferencelist=("html",))
    assert html is not None
    assert "<script>" not in html.get_content()


_ENDS = ["\r\n", "\n", "\r", "\0", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029", "\x7f", "\u202e"]


@pytest.mark.parametrize("end", _ENDS, ids=ascii)
async def test_it_sends_a_subject_of_one_line_that_is_short(mailbox: Mailbox, end: str) -> None:
    title = f"Up{end}Bcc: eve@example.com{end}{end}X-Mailer: eve " + "💥é" * 300
    await EmailTransport().send(message_of(EMAIL, title=title))
    (mail,) = mailbox.mails
    subject = str(mail["Subject"]).strip()
    assert subject.startswith("Up Bcc: eve@example.com X-Mailer: eve 💥é")
    assert len(subject) == 200
    assert (mail["Bcc"], mail["X-Mailer"], mailbox.recipients) == (None, None, ["ada@example.com"])


async def test_it_can_be_unsubscribed_from_and_leads_to_the_chart(mailbox: Mailbox, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://prices.example.com"
    await EmailTransport().send(message_of(EMAIL))
    (mail,) = mailbox.mails
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"  # RFC 8058, 3.1, as the next line
    written = re.search(rb"\r\nList-Unsubscribe:\s+<([!-~]+)>\r\n", mailbox.contents[0])  # as it is, unencoded
    assert written is not None
    link = written[1].decode()
    base, _, token = link.rpartition("/")
    assert base == "https://prices.example.com/account/unsubscribe"
    assert subscription_of(token) == Subscription(1, NotificationKind.ALERT)
    for kind in ("plain", "html"):
        part = mail.get_body(preferencelist=(kind,))
        assert part is not None
        assert link in part.get_content()
        assert "https://prices.example.com/#BTCUSDT/1m/1763676000000" in part.get_content()


async def test_it_leads_to_the_page_where_no_rule_has_fired(mailbox: Mailbox, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://prices.example.com"
    await EmailTransport().send(message_of(EMAIL, alert=None))
    (mail,) = mailbox.mails
    for kind, link in (
        ("plain", "The page: https://prices.example.com/\r\n"),
        ("html", '"https://prices.example.com/"'),
    ):
        part = mail.get_body(preferencelist=(kind,))
        assert part is not None
        assert link in part.get_content()
    assert b"/#" not in mailbox.contents[0]
    assert mail["List-Unsubscribe"]


async def test_it_mails_only_a_confirmed_address_and_says_so(rig: DeliveryRig, mailbox: Mailbox) -> None:
    await User.objects.filter(pk=rig.user.pk).aupdate(email_confirmed_at=None)
    rig.start()
    await rig.tell(Channel.EMAIL, title="Never")
    await rig.until_states(DeliveryState.CANCELLED, DeliveryState.SENT)  # by WebSocket, in its place
    delivery = await rig.delivery(EMAIL)
    assert delivery.error == "the email address is not confirmed, and mail goes only to confirmed ones"
    assert not await ChannelSwitch.objects.aexists()
    await User.objects.filter(pk=rig.user.pk).aupdate(email_confirmed_at=delivery.created_at)
    await rig.tell(Channel.EMAIL, title="By mail")
    await until(lambda: mailbox.mails)
    assert [mail["Subject"] for mail in mailbox.mails] == ["By mail"]


async def test_it_keeps_the_lines_of_a_text_in_the_mail_and_out_of_its_headers(mailbox: Mailbox) -> None:
    await EmailTransport().send(message_of(EMAIL, body="At 8:\n\nBcc: eve@example.com\n.\nThe end"))
    (mail,) = mailbox.mails
    assert (mail["Bcc"], mailbox.recipients) == (None, ["ada@example.com"])
    plain, html = (mail.get_body(preferencelist=(kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    assert "At 8:\n\nBcc: eve@example.com\n.\nThe end\n" in plain.get_content().replace("\r\n", "\n")
    assert "At 8:<br><br>Bcc: eve@example.com<br>.<br>The end" in html.get_content()


async def test_it_is_unreachable_where_the_server_refuses_the_address(mailbox: Mailbox) -> None:
    mailbox.refusal = "550 No such user"
    with pytest.raises(UnreachableError, match="refused the address: 550 No such user"):
        await EmailTransport().send(message_of(EMAIL))


@pytest.mark.parametrize(
    "said",
    [
        "504 5.5.2 <tidewire@localhost>: Sender address rejected: need fully-qualified address",
        "553 5.1.8 Domain of address tidewire@localhost does not exist",
    ],
)
async def test_no_channel_is_switched_off_where_the_server_says_of_our_own_address_that_it_is_wrong(
    said: str, rig: DeliveryRig, mailbox: Mailbox
) -> None:
    """Servers as Postfix look at the sender once they know the recipient, and then refuse every recipient."""
    mailbox.refusal = said
    rig.start()
    await rig.tell(Channel.EMAIL)
    await rig.until_states(DeliveryState.DEAD)
    assert (await rig.delivery(EMAIL)).error == f"the mail server refused the mail: {said}"
    assert not await ChannelSwitch.objects.aexists()


async def test_it_may_be_tried_again_where_the_server_refuses_for_now(mailbox: Mailbox) -> None:
    mailbox.refusal = "450 Try later"
    with pytest.raises(DeliveryFailedError) as failure:
        await EmailTransport().send(message_of(EMAIL))
    assert not isinstance(failure.value, UnreachableError)


@pytest.mark.parametrize("stage", ["refusal_of_sender", "refusal_of_mail"])
async def test_it_is_dead_where_the_server_refuses_the_mail_and_the_channel_goes_on(
    stage: str, rig: DeliveryRig, mailbox: Mailbox
) -> None:
    setattr(mailbox, stage, "552 Too much")
    rig.start()
    await rig.tell(Channel.EMAIL)
    await rig.until_states(DeliveryState.DEAD)
    delivery = await rig.delivery(EMAIL)
    assert (delivery.attempts, delivery.error) == (1, "the mail server refused the mail: 552 Too much")
    assert not await ChannelSwitch.objects.aexists()
    setattr(mailbox, stage, "452 Too much for now")
    await rig.tell(Channel.EMAIL)
    setattr(mailbox, stage, "")
    await rig.until_states(DeliveryState.DEAD, DeliveryState.SENT)


async def test_it_is_unreachable_without_an_address() -> None:
    with pytest.raises(UnreachableError, match="no confirmed email address"):
        await EmailTransport().send(message_of(EMAIL, email=""))


async def test_it_goes_out_once_when_the_mail_server_was_down_for_a_while(rig: DeliveryRig, settings: Settings) -> None:
    mailbox = Mailbox()
    async with smtp_server(mailbox) as port:
        pass
    use_server(settings, port)
    rig.start()
    await rig.tell(Channel.EMAIL, title="Late")

    async def has_failed() -> bool:
        delivery = await rig.delivery(EMAIL)
        return delivery.attempts >= 2 and "mail server failed" in delivery.error

    while not await has_failed():
        assert not mailbox.mails
    async with smtp_server(mailbox, port):
        await until(lambda: mailbox.mails)
        await rig.until_states(DeliveryState.SENT)
    assert [mail["Subject"] for mail in mailbox.mails] == ["Late"]


async def test_it_puts_mails_into_the_folder_for_their_user_only(folder_backend: Path) -> None:
    await EmailTransport().send(message_of(EMAIL, title="First"))
    await EmailTransport().send(message_of(EMAIL, title="Second"))
    await EmailTransport().send(message_of(EMAIL, title="Another's", user_id=11))
    mails = await sync_to_async(mails_of)(1)
    assert {mail.subject for mail in mails} == {"First", "Second"}
    assert {mail.to for mail in mails} == {"ada@example.com"}
    assert "It is 100.2" in mails[0].text
    assert [mail.id for mail in mails] == sorted((mail.id for mail in mails), reverse=True)
    assert _files_in(folder_backend) == 3


def test_it_shows_no_mail_where_there_is_no_folder(folder_backend: Path) -> None:
    assert mails_of(1) == []


async def test_it_keeps_the_folder_from_growing_without_end(
    folder_backend: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "MOST_MAILS", 2)
    for number in range(4):
        await EmailTransport().send(message_of(EMAIL, title=f"{number}"))
    assert _files_in(folder_backend) == 2


def test_it_sends_a_mail_that_is_nobodys_into_the_folder_too(folder_backend: Path) -> None:
    assert django_mail.send_mail("To ops", "Text", None, ["ops@example.com"]) == 1
    assert len(list(folder_backend.glob("*.eml"))) == 1
    assert mails_of(1) == []


def test_it_knows_whether_mails_go_into_the_folder(settings: Settings, folder_backend: Path) -> None:
    assert mails_go_to_the_folder()
    use_server(settings, 25)
    assert not mails_go_to_the_folder()
