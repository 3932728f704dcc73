"""The mails that the demo writes into its folder, as those read them to whom they are sent."""

import re
from email import policy
from email.parser import BytesParser
from pathlib import Path

from tests.deployments import Deployment
from tests.waiting import until_now


class Mailbox:
    """Everybody's mails of a demo."""

    def __init__(self, demo: Deployment) -> None:
        self._folder = Path(demo.environment["VAR_DIR"]) / "mail"

    def link_to(self, email: str, page: str) -> str:
        """Wait for a mail with a link to a page of accounts (`confirm-email`), and return the link."""
        until_now(lambda: self._links(email, page), seconds=20)
        return self._links(email, page)[0]

    def _links(self, email: str, page: str) -> list[str]:
        files = self._folder.glob("*.eml")
        mails = [BytesParser(policy=policy.default).parsebytes(path.read_bytes()) for path in files]
        bodies = [mail.get_body(preferencelist=("plain",)) for mail in mails if mail["To"] == email]
        texts = [str(body.get_content()) for body in bodies if body is not None]
        return [link for text in texts for link in re.findall(rf"http://\S+/account/{page}/[\w-]+", text)]
