"""Where a notification leads: to the chart of the symbol whose rule has fired, at the candle in which it did."""

from urllib.parse import quote

from django.conf import settings

from alerts.deliveries.message import Message
from streaming.events import Interval

_WITHOUT_CANDLES = Interval.MINUTE_1.value
"""The chart of a rule that looks at no candles."""


def chart_url(message: Message) -> str:
    """Return where the chart of the firing's symbol is, at that time; empty where no rule has fired.

    The page (`templates/static/dashboard/selection.js`) reads symbol, interval and the moment in ms.
    """
    if message.alert is None or not message.alert.symbol:
        return ""
    symbol, interval = quote(message.alert.symbol, safe=""), message.interval or _WITHOUT_CANDLES
    return f"{settings.PUBLIC_URL}/#{symbol}/{interval}/{message.alert.time}"


def page_url(message: Message) -> str:
    """Return where the chart of the firing's symbol is; where no rule has fired, the page."""
    return chart_url(message) or f"{settings.PUBLIC_URL}/"


def page_link_words(message: Message) -> str:
    """Return what a link to `page_url` is called."""
    return "Open the chart" if chart_url(message) else "Open Tidewire"
