"""Which topic a channel names, and whether whoever reads here may: for one session, whose user may change."""

import structlog

from streaming.gateway import errors
from streaming.gateway.errors import RefusedError
from streaming.gateway.session_context import SessionContext
from streaming.gateway.subscriptions import access
from streaming.identity.identity import Identity
from streaming.topics.topic import Topic, UnknownChannelError

logger = structlog.get_logger(__name__)


class PermittedTopics:
    """The topics that `identity` may read; None for whoever hasn't logged in."""

    def __init__(self, context: SessionContext, identity: Identity | None) -> None:
        self._registry = context.registry
        self._symbols = context.symbols
        self._wait_seconds = context.settings.symbols_wait_seconds
        self.identity = identity

    async def of(self, channel: str) -> Topic:
        """Return the topic of a channel, where it is there and may be read; raise `RefusedError`."""
        try:
            topic = self._registry.parse(channel)
        except UnknownChannelError:
            raise errors.unknown_channel(channel) from None
        topic = await self._owned_topic(topic, channel)
        self._check_symbol(topic)
        if not self._registry.is_there(topic):
            raise errors.not_available_yet(channel)
        return topic

    def refusal(self, topic: Topic) -> RefusedError | None:
        """Return why a topic may be read no longer; None where it may."""
        try:
            access.check_readable(topic, self.identity, self._registry)
        except RefusedError as refused:
            return refused
        return None

    async def symbols_are_known(self, channels: tuple[str, ...]) -> None:
        """Wait, but not for ever, for symbols to be known where one of the channels names one."""
        if not self._symbols.known and any(self._names_symbol(channel) for channel in channels):
            await self._symbols.wait_until_known(self._wait_seconds)

    def _names_symbol(self, channel: str) -> bool:
        try:
            return access.names_symbol(self._registry.parse(channel), self._registry)
        except UnknownChannelError:
            return False

    def _check_symbol(self, topic: Topic) -> None:
        if access.names_symbol(topic, self._registry):
            if not self._symbols.known:
                raise errors.unavailable()
            access.check_symbol(topic, self._symbols, self._registry)

    async def _owned_topic(self, topic: Topic, channel: str) -> Topic:
        try:
            await self._check_exists(topic, channel)
            return await access.permitted(topic, self.identity, self._registry)
        except RefusedError:
            raise
        except Exception as error:
            logger.warning("whose a topic is could not be looked up", topic=topic.name, reason=repr(error))
            raise errors.unavailable() from error

    async def _check_exists(self, topic: Topic, channel: str) -> None:
        if not await self._registry.exists(topic):
            raise errors.unknown_channel(channel)
