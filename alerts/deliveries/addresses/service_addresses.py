"""Where services reach a user: kept, changed, and shown without what is secret of it."""

import re
from typing import Annotated

import msgspec
from django.conf import settings
from django.db import transaction

from alerts.deliveries.addresses.channel_switches import channels_switch_on
from alerts.deliveries.addresses.services import LONGEST_URL
from alerts.deliveries.channels.declared_services import SERVICES
from alerts.deliveries.guarded_http import AllowedNetworks, refusal_of_url
from alerts.deliveries.message import ServiceTarget, service_target
from alerts.models import ServiceAddress
from alerts.preferences.preferences import Channel
from streaming.commands.parameters import Parameters

_NO_SERVICE = f"channel must be one of: {', '.join(SERVICES)}"
_LONGEST_TOKEN = 200
_LONGEST_CHAT_ID = 64
_HEADER_TOKEN = re.compile(r"[!-~]*")
"""What a header or an address may have of it."""


class OneService(Parameters, frozen=True, kw_only=True):
    """Which of the services."""

    channel: Channel

    def wrong_together(self) -> dict[str, str]:
        """Refuse a channel that is no service."""
        return {} if self.channel in SERVICES else {"channel": _NO_SERVICE}


class NewServiceAddress(Parameters, frozen=True, kw_only=True):
    """Where a service is to reach the user: what that service asks for."""

    channel: Channel
    url: Annotated[str, msgspec.Meta(max_length=LONGEST_URL)] = ""
    token: Annotated[str, msgspec.Meta(max_length=_LONGEST_TOKEN)] = ""
    chat_id: Annotated[str, msgspec.Meta(max_length=_LONGEST_CHAT_ID)] = ""

    def wrong_together(self) -> dict[str, str]:
        """Refuse what isn't an address of the service, and where we would never post to."""
        if self.channel not in SERVICES:
            return {"channel": _NO_SERVICE}
        allowed = AllowedNetworks(settings.DELIVERIES_ALLOWED_NETWORKS)
        refusal = refusal_of_url(self.url, allowed) if self.url else None
        target = msgspec.structs.replace(self.target, url="") if refusal else self.target  # it may not even be read
        wrong = SERVICES[self.channel].wrong(target)
        if not _HEADER_TOKEN.fullmatch(self.token):
            wrong.setdefault("token", "token must be of ASCII characters without spaces")
        return wrong | ({"url": f"url {refusal}"} if refusal else {})

    @property
    def target(self) -> ServiceTarget:
        """Where that is."""
        return ServiceTarget(url=self.url, token=self.token, chat_id=self.chat_id)


@transaction.atomic
def service_address_put(*, user_id: int, given: NewServiceAddress) -> ServiceAddress:
    """Set where a service reaches the user, and switch it on."""
    told = msgspec.structs.asdict(given.target)
    row, _ = ServiceAddress.objects.update_or_create(user_id=user_id, channel=given.channel.value, defaults=told)
    channels_switch_on(channels={(user_id, given.channel.value)})
    return row


def service_address_delete(*, user_id: int, channel: Channel) -> None:
    """Forget where a service reaches the user, where it does."""
    ServiceAddress.objects.filter(user_id=user_id, channel=channel.value).delete()


def shown_address(row: ServiceAddress) -> str:
    """Return what may be shown of an address, to its user and to staff alike."""
    return SERVICES[Channel(row.channel)].shown(service_target(row))
