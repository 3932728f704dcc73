"""Which market is the deployment's own: the one whose topics name none."""

from django.conf import settings

from streaming.events import Source


def own_source() -> Source:
    """Return whose market the deployment's own is: that of `EXCHANGE_SOURCE`.

    In a process that reads one further market alone, whose settings are that market's, it is that one.
    """
    return Source(settings.EXCHANGE_SOURCE)
