"""Which kind of subscription a topic gets."""

from collections.abc import Mapping

from streaming.event_history.history import Position
from streaming.gateway.dialects.base import Dialect
from streaming.gateway.sending.pacing import Pace
from streaming.gateway.session_context import SessionContext
from streaming.gateway.subscriptions.dotted import DottedSubscriber
from streaming.gateway.subscriptions.dotted_resuming import ResumedChannels
from streaming.gateway.subscriptions.dotted_subscription import DottedSubscription
from streaming.gateway.subscriptions.numbered_snapshot import NumberedSnapshotSubscription
from streaming.gateway.subscriptions.numbered_subscription import NumberedSubscription
from streaming.gateway.subscriptions.snapshot_subscription import SnapshotSubscription
from streaming.gateway.subscriptions.subscription import Subscription
from streaming.gateway.subscriptions.topic_subscription import TopicSubscription
from streaming.identity.identity import Identity
from streaming.requesters import user_requester
from streaming.topics.topic import Topic


class SubscriptionFactory:
    """Makes the subscriptions of one session; nothing is joined before they are prepared."""

    def __init__(self, context: SessionContext, dialect: Dialect, dotted: DottedSubscriber) -> None:
        self._context = context
        self._dialect = dialect
        self._dotted = dotted

    def make(
        self,
        topic: Topic,
        channel: str,
        pace: Pace,
        identity: Identity | None,
        since: Mapping[str, Position | None] | None = None,
    ) -> Subscription:
        """Return the subscription of a topic that `identity` may read, under the name `channel`.

        `since` says, where the client asked for numbers, where it stands on the channels that are to be resumed by it.
        """
        snapshot = self._context.registry.snapshot_of(topic)
        outlet = pace.outlet(by_key=topic.is_dotted or snapshot is not None)
        if topic.is_dotted:
            resumes = None if since is None else ResumedChannels(self._context.hub, self._dialect, since)
            return DottedSubscription(self._dotted, topic, outlet, resumes)
        since_here = None if since is None else since.get(channel)
        is_numbered = since is not None and self._context.registry.has_sequence(topic)
        hub, spoken = self._context.hub, self._dialect
        if snapshot is None and is_numbered:
            return NumberedSubscription(hub, topic, channel, dialect=spoken, outlet=outlet, since=since_here)
        if snapshot is None:
            return TopicSubscription(hub, topic, channel, dialect=spoken, outlet=outlet)
        clock = self._context.clock
        requester = user_requester(topic.owner if identity is None else identity.user_id)
        if is_numbered:
            return NumberedSnapshotSubscription(
                hub, topic, channel, snapshot,
                dialect=spoken, outlet=outlet, since=since_here, clock=clock, requester=requester,
            )  # fmt: skip
        return SnapshotSubscription(
            hub, topic, channel, snapshot, dialect=spoken, outlet=outlet, clock=clock, requester=requester
        )
