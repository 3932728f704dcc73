"""A real SMTP server on this machine that keeps the mails which it is sent, or refuses them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django import Settings

from config.mail import mail_settings

_PARSER = BytesParser(policy=policy.default)


class Mailbox:
    """What came in, `contents` as it came; `refusal` is what each recipient is answered instead (`550 No such user`).

    `refusal_of_sender` and `refusal_of_mail` are what `MAIL` and `DATA` are answered instead.
    """

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.contents: list[bytes] = []
        self.recipients: list[str] = []
        self.refusal = ""
        self.refusal_of_sender = ""
        self.refusal_of_mail = ""

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a sender, or refuse it."""
        if self.refusal_of_sender:
            return self.refusal_of_sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient, or refuse it."""
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the same
        """Keep a mail, or refuse it."""
        if self.refusal_of_mail:
            return self.refusal_of_mail
        content = envelope.content
        assert isinstance(content, bytes)
        self.contents.append(content)
        self.mails.append(_PARSER.parsebytes(content))
        self.recipients += envelope.rcpt_tos
        return "250 OK"


@asynccontextmanager
async def smtp_server(mailbox: Mailbox, port: int = 0) -> AsyncIterator[int]:
    """Run a server that fills the mailbox; yield its port."""
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(mailbox), "127.0.0.1", port)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


def use_server(settings: Settings, port: int) -> None:
    """Let mails go to the server on this port."""
    for name, value in mail_settings(f"smtp://127.0.0.1:{port}", timeout=5).items():
        setattr(settings, name, value)
