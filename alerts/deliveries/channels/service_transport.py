"""Sends a notification by a service, as the service declares."""

from alerts.deliveries.channels.service import Service
from alerts.deliveries.channels.service_posts import ServicePosts
from alerts.deliveries.errors import UnreachableError
from alerts.deliveries.message import Message


class ServiceTransport:
    """Posts each notification by itself."""

    slots = 16
    batch = 1

    def __init__(self, service: Service, posts: ServicePosts) -> None:
        self._service = service
        self._posts = posts

    async def send(self, message: Message) -> None:
        """Post it; raise `UnreachableError` without an address, and where the service says that it is no more."""
        service, target = self._service, message.service
        if target is None or service.wrong(target):
            raise UnreachableError(f"no address at {service.name} is set")
        post = service.post(message, target)
        service.check(await self._posts.post(post, user_id=message.user_id))
