"""REST views whose requests take turns at the database by who asks, from the look-up of the login on.

Who asks is known before the database is: the user whom a well-signed token names, or else the address. Whether the
token is still good is looked up in its turn, so such requests are counted beside what that user does otherwise.
Requests with a password come here in their turn of `accounts.passwords.queue`, of which there are few for everybody:
whoever has one waits behind no other requests of the same asker. While a password is hashed, others have the turn at
the database.
"""

from contextlib import ExitStack
from typing import Any

from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.passwords.queue import has_password
from streaming.askers import password_asker
from streaming.rest.request_limits import answering_in_thread, asker_before_login


class TurnTakingView(APIView):
    """A view whose requests count among the commands of who asks, and have a turn at the database each."""

    _turn: ExitStack

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer the request, and end its turn, if it has got one."""
        with ExitStack() as self._turn:
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Wait for a turn before anything is looked up; raise `TooMuchError`, or `NoTurnError` where none comes."""
        django_request = request._request  # noqa: SLF001 - Django's own request
        asker = asker_before_login(request)
        if has_password(django_request):
            asker = password_asker(asker)
        self._turn.enter_context(answering_in_thread(django_request, asker))
        super().initial(request, *args, **kwargs)
