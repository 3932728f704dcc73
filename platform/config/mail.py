"""Django's settings of mail, from the one URL that a deployment gives."""

from typing import Any

import dj_email_url
from django.core.exceptions import ImproperlyConfigured

FOLDER_BACKEND = "alerts.deliveries.channels.email.folder.MailFolderBackend"


def mail_settings(url: str, *, timeout: float) -> dict[str, Any]:
    """Return the settings `EMAIL_…`; without a URL mails go into a folder. `timeout` (seconds) is for each answer.

    `smtp://user:password@host:port` (with `?tls=True` or `?ssl=True`), `submission://…` (with STARTTLS), `console:`.
    Raise `ImproperlyConfigured` for any other.
    """
    if not url:
        return {"EMAIL_BACKEND": FOLDER_BACKEND}
    parsed: dict[str, Any] = dj_email_url.parse(url)
    if "EMAIL_BACKEND" not in parsed:
        raise ImproperlyConfigured("EMAIL_URL must be a URL such as smtp://user:password@host:587?tls=True")
    return {**parsed, "EMAIL_TIMEOUT": parsed["EMAIL_TIMEOUT"] or timeout}
