"""What a user may prefer: the words that choosing channels is about. Pure."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType

import msgspec

from alerts.events import NotificationKind, Severity


class Channel(StrEnum):
    """How a notification reaches its user."""

    WEBSOCKET = "websocket"
    EMAIL = "email"
    WEB_PUSH = "web_push"
    WEBHOOK = "webhook"
    NTFY = "ntfy"
    SLACK = "slack"
    DISCORD = "discord"
    TELEGRAM = "telegram"


SERVICES = (Channel.NTFY, Channel.SLACK, Channel.DISCORD, Channel.TELEGRAM)
"""The channels that are services, at which each user has an address of one's own."""


class QuietHours(msgspec.Struct, frozen=True, kw_only=True):
    """From when to when a user wants quiet, each day, by the clock of an IANA time zone.

    Over midnight where `end` is earlier than `start`; the two differ.
    """

    start: time
    end: time
    timezone: str


def default_channels(severity: Severity) -> tuple[Channel, ...]:
    """Return the channels for whoever has chosen none: the WebSocket, and email too for what is critical."""
    return (Channel.WEBSOCKET, Channel.EMAIL) if severity is Severity.CRITICAL else (Channel.WEBSOCKET,)


class Preferences(msgspec.Struct, frozen=True, kw_only=True):
    """A user's choice; without arguments the defaults.

    `kinds` holds those that the user chose channels for, in the order in which they are tried; none: such a
    notification is only listed. With `escalate` a channel is tried where nobody acknowledged by the one before.
    With `sound` and `vibration` open pages sound and vibrate when an alert has fired.
    `switched_off` are the channels that can't reach the user any more, `without_target` those that have nowhere to
    reach the user: no webhook, no browser. By those that are `unconfirmed` a delivery is planned, and cancelled where
    the user hasn't confirmed the address until it is due. `acknowledge_within` is the deployment's.
    """

    kinds: Mapping[NotificationKind, tuple[Channel, ...]] = MappingProxyType({})
    quiet_hours: QuietHours | None = None
    digest: bool = True
    escalate: bool = False
    sound: bool = False
    vibration: bool = False
    switched_off: frozenset[Channel] = frozenset()
    without_target: frozenset[Channel] = frozenset()
    unconfirmed: frozenset[Channel] = frozenset()
    acknowledge_within: timedelta = timedelta(seconds=30)

    def channels_of(self, kind: NotificationKind, severity: Severity) -> tuple[Channel, ...]:
        """Return the channels for such a notification."""
        chosen = self.kinds.get(kind)
        return default_channels(severity) if chosen is None else chosen


class PlannedDelivery(msgspec.Struct, frozen=True, kw_only=True):
    """By which channel a notification goes out, and not before when; `held` where quiet hours hold it up."""

    channel: Channel
    not_before: datetime
    held: bool
