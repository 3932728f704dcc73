"""Who does something in the admin, for the audit."""

from django.http import HttpRequest

from streaming.identity.http_addresses import address_of_request
from trading.audit.services import Actor
from trading.models import ActorSource


def actor_of_request(request: HttpRequest) -> Actor:
    """Return the member of staff, and from which address they ask."""
    return Actor(
        user_id=request.user.pk,
        name=request.user.get_username(),
        source=ActorSource.ADMIN,
        address=address_of_request(request),
    )
