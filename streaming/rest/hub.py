"""The hub of the process that answers a request, for use cases that gather what only the event loop knows."""

from typing import cast

from django.http import HttpRequest

from streaming.commands.use_cases import HubOfProcess

HUB = "tidewire.hub"
"""Where the server hands it on, in the scope of each request."""


def hub_of(request: HttpRequest) -> HubOfProcess | None:
    """Return the way to the process's hub; None where the server is no gateway."""
    return cast("HubOfProcess | None", getattr(request, "scope", {}).get(HUB))
