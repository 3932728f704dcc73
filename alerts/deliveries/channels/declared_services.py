"""The services that users may be reached by, in the order in which they are offered."""

from collections.abc import Mapping

from alerts.deliveries.channels.discord.service import DISCORD
from alerts.deliveries.channels.ntfy.service import NTFY
from alerts.deliveries.channels.service import Service
from alerts.deliveries.channels.slack.service import SLACK
from alerts.deliveries.channels.telegram.service import TELEGRAM
from alerts.preferences.preferences import Channel

SERVICES: Mapping[Channel, Service] = {service.channel: service for service in (NTFY, SLACK, DISCORD, TELEGRAM)}
