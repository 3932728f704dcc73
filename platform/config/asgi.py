"""The ASGI application: HTTP by Django, sockets by the gateway, start and stop by the lifespan."""

import gc
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
gc.disable()  # until the end of this module: nothing that is loaded becomes garbage
django.setup(set_prefix=False)  # loads the apps, which the imports below need

from channels.routing import ProtocolTypeRouter  # noqa: E402

from accounts.passwords.queue import PasswordQueueHandler  # noqa: E402
from config.http.routes import route_of  # noqa: E402
from config.start import refuse_known_passwords  # noqa: E402
from streaming.gateway.api.metrics import with_metrics  # noqa: E402
from streaming.gateway.handshake.routing import sockets, with_gateway  # noqa: E402
from streaming.gateway.server.lifespan import lifespan  # noqa: E402
from streaming.tracing.configured import start_tracing  # noqa: E402
from streaming.tracing.http_requests import with_request_id  # noqa: E402

if "daphne.access" in sys.modules:  # Daphne's own command line serves this
    from config.logs.daphne_access_log import redact_access_log

    redact_access_log()
refuse_known_passwords()  # whichever server loads this
start_tracing("gateway")
http = with_request_id(with_metrics(with_gateway(PasswordQueueHandler())), route_of)
application = ProtocolTypeRouter({"http": http, "websocket": sockets, "lifespan": lifespan})

gc.enable()
