"""Where services reach a user: kept, changed, and shown without what is secret of it."""

from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from django.conf import settings
from django.db import transaction

from alerts.deliveries.addresses.channel_switches import channels_switch_on
from alerts.deliveries.channels.ntfy.address import refusal_of_topic
from alerts.deliveries.guarded_http import AllowedNetworks, refusal_of_url
from alerts.models import ServiceAddress
from alerts.preferences.preferences import SERVICES, Channel
from streaming.commands.parameters import Parameters

_REFUSALS = {Channel.NTFY: refusal_of_topic}
_NO_SERVICE = f"channel must be one of: {', '.join(SERVICES)}"
_LONGEST_URL = 500
_LONGEST_TOKEN = 200
_SHOWN = 3
_SHORTEST_SHOWN = 12


class OneService(Parameters, frozen=True, kw_only=True):
    """Which of the services."""

    channel: Channel

    def wrong_together(self) -> dict[str, str]:
        """Refuse a channel that is no service."""
        return {} if self.channel in SERVICES else {"channel": _NO_SERVICE}


class NewServiceAddress(Parameters, frozen=True, kw_only=True):
    """Where a service is to reach the user; `token` is for a topic of ntfy that asks for one."""

    channel: Channel
    url: Annotated[str, msgspec.Meta(min_length=1, max_length=_LONGEST_URL)]
    token: Annotated[str, msgspec.Meta(max_length=_LONGEST_TOKEN, pattern=r"^[!-~]*\Z")] = ""

    def wrong_together(self) -> dict[str, str]:
        """Refuse what isn't an address of the service, and where we would never post to."""
        if self.channel not in SERVICES:
            return {"channel": _NO_SERVICE}
        allowed = AllowedNetworks(settings.DELIVERIES_ALLOWED_NETWORKS)
        refusal = refusal_of_url(self.url, allowed) or _REFUSALS[self.channel](self.url)
        return {"url": f"url {refusal}"} if refusal else {}


@transaction.atomic
def service_address_put(*, user_id: int, given: NewServiceAddress) -> ServiceAddress:
    """Set where a service reaches the user, and switch it on."""
    told = {"url": given.url, "token": given.token}
    row, _ = ServiceAddress.objects.update_or_create(user_id=user_id, channel=given.channel.value, defaults=told)
    channels_switch_on(channels={(user_id, given.channel.value)})
    return row


def service_address_delete(*, user_id: int, channel: Channel) -> None:
    """Forget where a service reaches the user, where it does."""
    ServiceAddress.objects.filter(user_id=user_id, channel=channel.value).delete()


def shown_address(url: str) -> str:
    """Return what may be shown of an address: its host, and the end of a long secret, by which its user knows it."""
    parts = urlsplit(url)
    end = parts.path[-_SHOWN:] if len(parts.path) > _SHORTEST_SHOWN else ""
    return f"{parts.scheme}://{parts.netloc}/…{end}"
