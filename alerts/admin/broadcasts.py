"""Broadcasts from the admin: the form, the use case of every interface, and what was sent before."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

from collections.abc import Mapping, Sequence
from functools import partial
from textwrap import shorten
from typing import Any

import msgspec
from django.contrib import messages
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from msgspec.structs import asdict
from unfold.decorators import action

from alerts.admin.broadcast_form import BroadcastForm
from alerts.models import Notification
from alerts.notifications.parameters import EVERYBODY, Broadcast
from alerts.notifications.use_cases import BROADCAST, MAY_BROADCAST
from streaming.clock import SystemClock
from streaming.commands.command import Command
from streaming.commands.errors import CommandRefusedError
from streaming.commands.log import act_once
from streaming.commands.outcome import CommandErrorCode, Failure, Outcome
from streaming.commands.use_cases import Caller, Interface
from streaming.database.errors import DATABASE_OUTAGES
from streaming.rest.views import caller_of

_SENT_SHOWN = 20
_LONGEST_TITLE = 200
_NAMES_SHOWN = 20
_BODY_LOGGED = 200
_OTHER_WORDS = "This form was sent before, with other words: send it again if this is to be told as well"
_NOT_KNOWN = "The database doesn't answer: send the form again as it is, which tells nobody twice"


class Broadcasts:
    """The action above the list of notifications by which staff tell users something."""

    actions_list = ("broadcast",)

    @action(description="Broadcast", url_path="broadcast", icon="campaign", permissions=["broadcast"])
    def broadcast(self: Any, request: HttpRequest) -> HttpResponse:
        """Show the form; a POST sends, says to how many, and shows the form anew."""
        form = BroadcastForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and self._is_sent(request, form):
            return HttpResponseRedirect(request.path)
        context = {
            **self.admin_site.each_context(request),
            "title": "Broadcast",
            "opts": self.opts,
            "form": form,
            "sent": broadcasts_sent()[:_SENT_SHOWN] if self.has_view_permission(request) else (),
        }
        return render(request, "admin/alerts/broadcast.html", context)

    def has_broadcast_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Let those staff who may by REST and by command, too."""
        return bool(request.user.is_active and request.user.is_staff and request.user.has_perm(MAY_BROADCAST.name))

    def _is_sent(self: Any, request: HttpRequest, form: BroadcastForm) -> bool:
        try:
            outcome = _send_once(request, form)
        except DATABASE_OUTAGES:  # the same form may be under way: sent again, it answers how that ended
            form.add_error(None, _NOT_KNOWN)
            return False
        if isinstance(outcome, Failure):
            form.refuse(_refusal(outcome))
            form.renew()
            return False
        told = _in_words(_number(outcome.data["recipients"]))
        self.message_user(request, f"Sent: {told}{_named(form.names)}", messages.SUCCESS)
        return True


def broadcasts_sent() -> QuerySet[LogEntry]:
    """Return the admin's log of broadcasts, the newest first."""
    kind = ContentType.objects.get_for_model(Notification)
    entries = LogEntry.objects.filter(content_type=kind, action_flag=ADDITION, object_id=None)
    return entries.select_related("user").order_by("-pk")


def _send_once(request: HttpRequest, form: BroadcastForm) -> Outcome:
    """Send and log it, unless this very form was sent before; return how that ended. Raise what `act_once` does."""
    caller = _caller(request)
    command = Command(f"{form.cleaned_data['sending']}", "notifications.broadcast", asdict(form.given))
    do = partial(_send, caller, form)
    return act_once(command, do, user_id=str(caller.user_id), now_ms=caller.clock.now_ms())


def _send(caller: Caller, form: BroadcastForm) -> Mapping[str, Any]:
    """Send, and log it; return to how many. Raise `CommandRefusedError` as the use case does: then nothing is sent."""
    given = form.given
    recipients: int = BROADCAST.act(caller, given).recipients
    to_whom = _to_whom(given)
    body = shorten(given.body, _BODY_LOGGED, placeholder="…")
    LogEntry.objects.create(
        user_id=caller.user_id,
        content_type=ContentType.objects.get_for_model(Notification),
        object_repr=given.title[:_LONGEST_TITLE],
        action_flag=ADDITION,
        change_message=f"Broadcast, {given.severity.value}, {to_whom}: {_in_words(recipients)}. “{body}”",
    )
    return {"recipients": recipients}


def _refusal(failure: Failure) -> CommandRefusedError:
    message = _OTHER_WORDS if failure.code is CommandErrorCode.CONFLICT else failure.message
    return CommandRefusedError(failure.code, message, failure.fields)


def _caller(request: HttpRequest) -> Caller:
    user: Any = request.user  # the admin lets nobody else in
    return caller_of(user, SystemClock(), interface=Interface.ADMIN)


def _to_whom(given: Broadcast) -> str:
    """Return the words for the log, in which users have no names: it outlives them."""
    if given.channel is not None:
        return f"to the readers of {given.channel}"
    if given.users is None:
        return f"to {EVERYBODY}"
    users = list(dict.fromkeys(str(user) for user in given.users))
    return f"to user{'' if len(users) == 1 else 's'} {', '.join(users)}"


def _number(answered: int | msgspec.Raw) -> int:
    """Return a number of an answer, which is JSON where it is remembered."""
    return answered if isinstance(answered, int) else msgspec.json.decode(answered, type=int)


def _in_words(recipients: int) -> str:
    return f"{recipients:,} user{'' if recipients == 1 else 's'} told"


def _named(names: Sequence[str]) -> str:
    """Return the words that follow how many were told: who, so far as they were named."""
    left = len(names) - _NAMES_SHOWN
    shown = [*names[:_NAMES_SHOWN], *([f"and {left} more"] if left > 0 else [])]
    return f": {', '.join(shown)}" if names else ""
