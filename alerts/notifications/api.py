"""REST: `/api/v1/notifications/…`, with the parameters, answers and refusals of the commands `notifications.*`."""

from alerts.notifications.use_cases import ACKNOWLEDGE, BROADCAST, LIST_NOTIFICATIONS, MARK_ALL_READ, MARK_READ
from streaming.rest.views import StructView


class NotificationsApi(StructView):
    """`/api/v1/notifications/`: one's own notifications, the newest first."""

    use_cases = {"GET": LIST_NOTIFICATIONS}


class ReadApi(StructView):
    """`/api/v1/notifications/read/`: marks some as read."""

    use_cases = {"POST": MARK_READ}


class AllReadApi(StructView):
    """`/api/v1/notifications/read-all/`: marks all as read."""

    use_cases = {"POST": MARK_ALL_READ}


class AcknowledgeApi(StructView):
    """`/api/v1/notifications/ack/`: says that a client has shown what it was told up to a number."""

    use_cases = {"POST": ACKNOWLEDGE}


class BroadcastApi(StructView):
    """`/api/v1/notifications/broadcast/`: staff tell users something."""

    use_cases = {"POST": BROADCAST}
