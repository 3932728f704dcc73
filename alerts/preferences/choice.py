"""By which channels a notification goes out, and when: the user's preferences applied. Pure."""

from collections.abc import Sequence
from datetime import datetime

from alerts.events import Severity
from alerts.notifications.draft import NotificationDraft
from alerts.preferences.preferences import Channel, PlannedDelivery, Preferences, QuietHours
from alerts.preferences.quiet_hours import quiet_until


def planned(preferences: Preferences, draft: NotificationDraft, now: datetime) -> list[PlannedDelivery]:
    """Return the deliveries of a notification that comes up `now` (aware), in the order in which they are tried.

    With `escalate` each channel is given `acknowledge_within` before the next one's turn. Only what is critical goes
    out within quiet hours.
    """
    deliveries: list[PlannedDelivery] = []
    moment = now
    for channel in _channels(preferences, draft):
        not_before = may_go_out(preferences.quiet_hours, draft.severity, moment)
        deliveries.append(PlannedDelivery(channel=channel, not_before=not_before, held=not_before > moment))
        moment = not_before + preferences.acknowledge_within if preferences.escalate else now
    return _held_with_the_first(deliveries)


def _channels(preferences: Preferences, draft: NotificationDraft) -> Sequence[Channel]:
    """Return the chosen channels that can reach the user; the WebSocket stands in where none is sure to."""
    chosen = draft.channels or preferences.channels_of(draft.kind, draft.severity)
    hopeless = preferences.switched_off | preferences.without_target
    good = [channel for channel in dict.fromkeys(chosen) if channel not in hopeless]
    if not chosen or not preferences.unconfirmed.issuperset(good):
        return good
    return [Channel.WEBSOCKET, *good]


def may_go_out(quiet: QuietHours | None, severity: str, moment: datetime) -> datetime:
    """Return the first time from `moment` (aware) on at which the user may be told of something so severe."""
    if quiet is None or severity == Severity.CRITICAL:
        return moment
    return quiet_until(quiet, moment)


def _held_with_the_first(deliveries: list[PlannedDelivery]) -> list[PlannedDelivery]:
    """Mark those as held, too, that follow a held one: they belong to the same digest."""
    held_so_far = False
    marked: list[PlannedDelivery] = []
    for delivery in deliveries:
        held_so_far = held_so_far or delivery.held
        marked.append(PlannedDelivery(channel=delivery.channel, not_before=delivery.not_before, held=held_so_far))
    return marked
