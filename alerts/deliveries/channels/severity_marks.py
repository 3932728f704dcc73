"""A sign before the title of what is severe, for services that know no severity of their own."""

from alerts.deliveries.message import Message
from alerts.events import Severity

_MARKS = {Severity.INFO: "", Severity.WARNING: "⚠️ ", Severity.CRITICAL: "🚨 "}


def marked_title(message: Message) -> str:
    """Return the title, with a sign by severity."""
    return _MARKS[message.notification.severity] + message.notification.title
