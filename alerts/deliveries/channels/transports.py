"""What sends by each channel. Only the delivery worker needs it: the libraries of some take long to load."""

from collections.abc import Mapping

from channels.db import database_sync_to_async
from django.conf import settings

from alerts.deliveries.addresses.services import push_subscription_forget
from alerts.deliveries.channels.base import ChannelTransport
from alerts.deliveries.channels.declared_services import SERVICES
from alerts.deliveries.channels.email.transport import EmailTransport
from alerts.deliveries.channels.service import Service
from alerts.deliveries.channels.service_posts import ServicePosts
from alerts.deliveries.channels.service_transport import ServiceTransport
from alerts.deliveries.channels.web_push.transport import WebPushTransport
from alerts.deliveries.channels.web_push.vapid import vapid_key
from alerts.deliveries.channels.webhook.transport import WebhookTransport
from alerts.deliveries.channels.websocket.transport import WebSocketTransport
from alerts.deliveries.guarded_http import AllowedNetworks, LookUps
from alerts.models import ChannelChoices
from streaming.clock import Clock
from streaming.fan_out.hub import Hub


def channel_transports(hub: Hub, clock: Clock) -> Mapping[ChannelChoices, ChannelTransport]:
    """Return what sends by each channel, as the settings say."""
    allowed = AllowedNetworks(settings.DELIVERIES_ALLOWED_NETWORKS)
    timeout = settings.DELIVERIES_TIMEOUT_SECONDS
    return {
        ChannelChoices.WEBSOCKET: WebSocketTransport(hub, timeout_seconds=timeout),
        ChannelChoices.EMAIL: EmailTransport(),
        ChannelChoices.WEB_PUSH: WebPushTransport(
            vapid_key(),
            forget=database_sync_to_async(push_subscription_forget),
            allowed=allowed,
            look_ups=_look_ups(ChannelChoices.WEB_PUSH),
            timeout_seconds=timeout,
            clock=clock,
        ),
        ChannelChoices.WEBHOOK: WebhookTransport(
            allowed=allowed, look_ups=_look_ups(ChannelChoices.WEBHOOK), timeout_seconds=timeout, clock=clock
        ),
        **{ChannelChoices(channel): _service_transport(service) for channel, service in SERVICES.items()},
    }


def _service_transport(service: Service) -> ServiceTransport:
    posts = ServicePosts(
        allowed=AllowedNetworks(settings.DELIVERIES_ALLOWED_NETWORKS),
        look_ups=_look_ups(ChannelChoices(service.channel)),
        timeout_seconds=settings.DELIVERIES_TIMEOUT_SECONDS,
    )
    return ServiceTransport(service, posts)


def _look_ups(channel: ChannelChoices) -> LookUps:
    """Return a channel's own: no other waits for its name servers."""
    return LookUps(
        channel.value,
        most=settings.DELIVERIES_LOOK_UPS,
        most_each=settings.DELIVERIES_LOOK_UPS_PER_USER,
        seconds=settings.DELIVERIES_LOOK_UP_SECONDS,
    )
