"""Where services reach a user, over REST: below `/api/v1/notifications/`, as the other addresses.

`services/`
    GET → 200 `{"items": [ADDRESS], "total": 1}`, ADDRESS = `{"channel": "ntfy", "url": "https://ntfy.sh/…pic",
    "updated": "…"}`: whoever knows an address may send there, so no more than its end is shown.
    PUT `{"channel", …}` with what that service asks for: `url`, and `token` for a topic of ntfy that asks for one;
    for Telegram `token` and `chat_id`, and `url` for a server of one's own → 200 ADDRESS. A URL that is no address of
    that service, or whose host is written as a private address, is a 400 that names `url`; the others likewise, and
    what the service doesn't ask for.
`services/<channel>/`
    DELETE → 204, also where there is none.
"""

import msgspec

from alerts.deliveries import selectors
from alerts.deliveries.addresses.service_addresses import (
    NewServiceAddress,
    OneService,
    service_address_delete,
    service_address_put,
    shown_address,
)
from alerts.models import ChannelChoices, ServiceAddress
from streaming.commands.parameters import NoParameters
from streaming.commands.use_cases import Caller, EmptyAnswer, UseCase
from streaming.identity.scopes import Scope
from streaming.times import WrittenTime, milliseconds

_THROTTLE = "THROTTLE_NOTIFICATIONS"


class ServiceAddressAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Where a service reaches the user, without what is secret of it."""

    channel: ChannelChoices
    url: str
    updated: WrittenTime


class ServiceAddressesAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Where services reach the user."""

    items: list[ServiceAddressAnswer]
    total: int


def list_service_addresses(caller: Caller, given: NoParameters) -> ServiceAddressesAnswer:
    """Return where services reach the user."""
    items = [_service_address(caller, row) for row in selectors.service_addresses_of(user_id=caller.user_id)]
    return ServiceAddressesAnswer(items=items, total=len(items))


def put_service_address(caller: Caller, given: NewServiceAddress) -> ServiceAddressAnswer:
    """Set where a service reaches the user."""
    return _service_address(caller, service_address_put(user_id=caller.user_id, given=given))


def delete_service_address(caller: Caller, given: OneService) -> EmptyAnswer:
    """Forget where a service reaches the user."""
    service_address_delete(user_id=caller.user_id, channel=given.channel)
    return EmptyAnswer()


def _service_address(caller: Caller, row: ServiceAddress) -> ServiceAddressAnswer:
    url, channel = shown_address(row), ChannelChoices(row.channel)
    return ServiceAddressAnswer(channel=channel, url=url, updated=caller.write_time(milliseconds(row.updated_at)))


LIST_SERVICE_ADDRESSES = UseCase(act=list_service_addresses, answer=ServiceAddressesAnswer)
PUT_SERVICE_ADDRESS = UseCase(
    parameters=NewServiceAddress,
    act=put_service_address,
    answer=ServiceAddressAnswer,
    changes=True,
    scope=Scope.ALERTS,
    throttle=_THROTTLE,
)
DELETE_SERVICE_ADDRESS = UseCase(
    parameters=OneService,
    act=delete_service_address,
    answer=EmptyAnswer,
    changes=True,
    scope=Scope.ALERTS,
    throttle=_THROTTLE,
    status=204,
)
