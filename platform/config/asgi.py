"""The ASGI application: HTTP by Django, sockets by the gateway, start and stop by the lifespan."""

import os

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
http_application = get_asgi_application()

application = ProtocolTypeRouter({"http": http_application})
