"""The ASGI application: HTTP by Django, sockets by the gateway, start and stop by the lifespan."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
http_application = get_asgi_application()  # loads the apps, which the imports below need

from channels.routing import ProtocolTypeRouter  # noqa: E402

from config.start import refuse_known_passwords  # noqa: E402
from streaming.gateway.handshake.routing import sockets  # noqa: E402
from streaming.gateway.server.lifespan import lifespan  # noqa: E402

refuse_known_passwords()  # whichever server loads this
application = ProtocolTypeRouter({"http": http_application, "websocket": sockets, "lifespan": lifespan})
