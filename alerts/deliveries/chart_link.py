"""Where a notification leads: to the chart of the symbol whose rule has fired."""

from urllib.parse import quote

from django.conf import settings

from alerts.deliveries.message import Message


def chart_url(message: Message) -> str:
    """Return where the chart of the firing's symbol is; empty where no rule has fired."""
    symbol = None if message.alert is None else message.alert.symbol
    return f"{settings.PUBLIC_URL}/#{quote(symbol, safe='')}" if symbol else ""


def page_url(message: Message) -> str:
    """Return where the chart of the firing's symbol is; where no rule has fired, the page."""
    return chart_url(message) or f"{settings.PUBLIC_URL}/"


def page_link_words(message: Message) -> str:
    """Return what a link to `page_url` is called."""
    return "Open the chart" if chart_url(message) else "Open Tidewire"
