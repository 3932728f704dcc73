"""Where the channels reach a user, over REST: below `/api/v1/notifications/`.

Each needs a login (`Authorization: Bearer`), concerns one's own only, and answers errors as
`{"error": {"code", "message", "fields"?}}`. Times are ISO 8601 with 3 digits and `Z`.

`channels/`
    GET → 200 `{"items": [CHANNEL], "total": 4}`, CHANNEL = `{"channel": "websocket" | "email" | "web_push" | "webhook",
    "available": true, "reason": null, "target": "ada@example.com", "switched_off": null}`. Not `available` where the
    deployment or the user lacks what it needs; `reason` says what in a sentence. `target` is the address, the webhook's
    URL, or "2 browsers". `switched_off` is `{"reason", "at"}` where the channel could not reach the user any more;
    `preferences.set` with the channel, a new address, or a new subscription switches it on again.
`channels/test/`
    POST `{"channel": "webhook"}` → 202 RESULT: a notification goes out by that channel, as any other: it counts for the
    caps, quiet hours hold it up. 409 CONFLICT where the channel can't reach the user, or is switched off; at most
    `THROTTLE_CHANNEL_TESTS`. RESULT = `{"notification": 7, "title": "…", "state": "sent", "reason": null,
    "attempts": 1, "time": "…" | null, "took_ms": 84 | null, "due": "…" | null}`; `time` and `took_ms` are of the newest
    attempt, `reason` says what went wrong with it, `due` is when the next one is made, where it waits.
`channels/results/?channel=webhook`
    GET → 200 `{"items": [RESULT], "total": 2}`, the newest first: at most ten, of the user's newest 500 notifications.
`push/`
    GET → 200 `{"public_key": "BN…" | null, "items": [SUBSCRIPTION], "total": 1}`. `public_key` is the
    `applicationServerKey` (base64url); null where web push is off here. SUBSCRIPTION = `{"id": 3, "endpoint":
    "https://…", "user_agent": "Mozilla/5.0 …", "created": "2026-11-20T22:00:00.000Z"}`.
    POST `{"endpoint", "keys": {"p256dh", "auth"}, "expirationTime"?}` (what `PushSubscription.toJSON()` gives, and
    `user_agent`, where the page tells it) → 201 SUBSCRIPTION; of the same endpoint again, too: the keys are replaced.
    503 UNAVAILABLE where web push is off; 409 CONFLICT where the user has too many browsers, and for an endpoint of
    another user.
`push/<id>/`
    DELETE → 204; 404 NOT_FOUND for an unknown one, and for another's.
`webhook/`
    GET → 200 `{"url": "https://…" | null, "updated": "…" | null}`.
    PUT `{"url", "new_secret"?: false}` → 200 `{"url", "updated", "secret": "…" | null}`: the secret is shown only in
    the answer that made it, the first one and those with `new_secret`. A URL that is no address of the web, or whose
    host is written as a private address, is a 400 that names `url`.
    DELETE → 204, also where there is none.
`mails/`
    GET `?limit=50&offset=0` → 200 `{"items": [MAIL], "total": 2}`, newest first; MAIL = `{"id": "…", "subject": "…",
    "from": "…", "to": "ada@example.com", "sent": "…", "text": "…"}`. Only where mails go into a folder (`EMAIL_URL` is
    empty), as in the demo; elsewhere 404.
"""

from typing import Annotated

import msgspec

from alerts.deliveries import selectors
from alerts.deliveries.addresses.channel_tests import channel_test_send
from alerts.deliveries.addresses.services import (
    NewPushSubscription,
    NewWebhookTarget,
    push_subscription_delete,
    push_subscription_put,
    webhook_target_delete,
    webhook_target_put,
)
from alerts.deliveries.channels.email.folder import StoredMail, mails_go_to_the_folder, mails_of
from alerts.deliveries.channels.web_push.vapid import vapid_key
from alerts.models import DELIVERIES_TO_SEND, ChannelChoices, Delivery, DeliveryState, PushSubscription, WebhookTarget
from alerts.preferences.preferences import Channel
from streaming.commands.errors import CommandRefusedError
from streaming.commands.outcome import CommandErrorCode
from streaming.commands.parameters import NoParameters, Parameters
from streaming.commands.use_cases import Caller, EmptyAnswer, Paged, UseCase
from streaming.identity.scopes import Scope
from streaming.times import WrittenTime, milliseconds, written_time

_THROTTLE = "THROTTLE_NOTIFICATIONS"


class AddressSwitchedOffAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Why a channel was switched off, and when."""

    reason: str
    at: WrittenTime


class ChannelAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a channel can reach the user."""

    channel: ChannelChoices
    available: bool
    reason: str | None
    target: str | None
    switched_off: AddressSwitchedOffAnswer | None


class ChannelsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Every channel."""

    items: list[ChannelAnswer]
    total: int


class DeliveryResultAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a notification by a channel."""

    notification: int
    title: str
    state: DeliveryState
    reason: str | None
    attempts: int
    time: WrittenTime | None
    took_ms: int | None
    due: WrittenTime | None


class DeliveryResultsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the newest notifications by a channel."""

    items: list[DeliveryResultAnswer]
    total: int


class SubscriptionAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A browser that takes pushes."""

    id: int
    endpoint: str
    user_agent: str
    created: WrittenTime


class SubscriptionsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The user's browsers, and the key that a browser needs to subscribe."""

    public_key: str | None
    items: list[SubscriptionAnswer]
    total: int


class WebhookAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Where the user's webhook is."""

    url: str | None
    updated: WrittenTime | None


class WebhookPutAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Where the user's webhook is now; `secret` where it is a new one."""

    url: str
    updated: WrittenTime
    secret: str | None


class MailsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the user's mails."""

    items: list[StoredMail]
    total: int


class OneSubscription(Parameters, frozen=True, kw_only=True):
    """Which of the user's browsers."""

    id: Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]


class OneChannel(Parameters, frozen=True, kw_only=True):
    """Which of the channels."""

    channel: Channel


def list_channels(caller: Caller, given: NoParameters) -> ChannelsAnswer:
    """Return the state of each channel."""
    items = [_channel(caller, state) for state in selectors.channel_states(user_id=caller.user_id)]
    return ChannelsAnswer(items=items, total=len(items))


def send_test(caller: Caller, given: OneChannel) -> DeliveryResultAnswer:
    """Send a test by a channel."""
    return _result(caller, channel_test_send(user_id=caller.user_id, channel=given.channel, now=caller.now))


def list_results(caller: Caller, given: OneChannel) -> DeliveryResultsAnswer:
    """Return what became of the newest notifications by a channel."""
    rows = selectors.channel_results(user_id=caller.user_id, channel=ChannelChoices(given.channel))
    return DeliveryResultsAnswer(items=[_result(caller, row) for row in rows], total=len(rows))


def list_subscriptions(caller: Caller, given: NoParameters) -> SubscriptionsAnswer:
    """Return the user's browsers."""
    key = vapid_key()
    items = [_subscription(caller, row) for row in selectors.push_subscriptions_of(user_id=caller.user_id)]
    return SubscriptionsAnswer(public_key=key.public_key if key else None, items=items, total=len(items))


def put_subscription(caller: Caller, given: NewPushSubscription) -> SubscriptionAnswer:
    """Keep a browser's subscription."""
    return _subscription(caller, push_subscription_put(user_id=caller.user_id, given=given))


def delete_subscription(caller: Caller, given: OneSubscription) -> EmptyAnswer:
    """Forget a browser."""
    push_subscription_delete(user_id=caller.user_id, subscription_id=given.id)
    return EmptyAnswer()


def get_webhook(caller: Caller, given: NoParameters) -> WebhookAnswer:
    """Return where the webhook is."""
    target = selectors.webhook_target_of(user_id=caller.user_id)
    if target is None:
        return WebhookAnswer(url=None, updated=None)
    return WebhookAnswer(url=target.url, updated=_updated(caller, target))


def put_webhook(caller: Caller, given: NewWebhookTarget) -> WebhookPutAnswer:
    """Set where the webhook is."""
    target, is_new = webhook_target_put(user_id=caller.user_id, given=given)
    secret = target.secret if is_new else None
    return WebhookPutAnswer(url=target.url, updated=_updated(caller, target), secret=secret)


def delete_webhook(caller: Caller, given: NoParameters) -> EmptyAnswer:
    """Forget the webhook."""
    webhook_target_delete(user_id=caller.user_id)
    return EmptyAnswer()


def list_mails(caller: Caller, given: Paged) -> MailsAnswer:
    """Return the mails to the user that lie in the folder, newest first."""
    if not mails_go_to_the_folder():
        raise CommandRefusedError(CommandErrorCode.NOT_FOUND, "Not found")
    mails = mails_of(caller.user_id)
    return MailsAnswer(items=mails[given.offset : given.offset + given.limit], total=len(mails))


def _channel(caller: Caller, state: selectors.ChannelReach) -> ChannelAnswer:
    off = state.switched_off
    return ChannelAnswer(
        channel=state.channel,
        available=state.available,
        reason=state.reason,
        target=state.target,
        switched_off=AddressSwitchedOffAnswer(reason=off.reason, at=caller.write_time(off.at)) if off else None,
    )


def _result(caller: Caller, row: Delivery) -> DeliveryResultAnswer:
    due = row.not_before if row.state in DELIVERIES_TO_SEND else None
    return DeliveryResultAnswer(
        notification=row.notification_id,
        title=row.notification.title,
        state=DeliveryState(row.state),
        reason=row.error or None,
        attempts=row.attempts,
        time=written_time(row.attempted_at, caller.write_time),
        took_ms=row.took_ms,
        due=written_time(due, caller.write_time),
    )


def _subscription(caller: Caller, row: PushSubscription) -> SubscriptionAnswer:
    created = caller.write_time(milliseconds(row.created_at))
    return SubscriptionAnswer(id=row.pk, endpoint=row.endpoint, user_agent=row.user_agent, created=created)


def _updated(caller: Caller, target: WebhookTarget) -> WrittenTime:
    return caller.write_time(milliseconds(target.updated_at))


LIST_CHANNELS = UseCase(act=list_channels, answer=ChannelsAnswer)
SEND_TEST = UseCase(
    parameters=OneChannel,
    act=send_test,
    answer=DeliveryResultAnswer,
    changes=True,
    scope=Scope.ALERTS,
    throttle="THROTTLE_CHANNEL_TESTS",
    status=202,
    refusals=(400, 409, 429),
)
LIST_RESULTS = UseCase(parameters=OneChannel, act=list_results, answer=DeliveryResultsAnswer)
LIST_SUBSCRIPTIONS = UseCase(act=list_subscriptions, answer=SubscriptionsAnswer)
PUT_SUBSCRIPTION = UseCase(
    parameters=NewPushSubscription,
    act=put_subscription,
    answer=SubscriptionAnswer,
    changes=True,
    scope=Scope.ALERTS,
    throttle=_THROTTLE,
    status=201,
)
DELETE_SUBSCRIPTION = UseCase(
    parameters=OneSubscription,
    act=delete_subscription,
    answer=EmptyAnswer,
    changes=True,
    scope=Scope.ALERTS,
    throttle=_THROTTLE,
    status=204,
)
GET_WEBHOOK = UseCase(act=get_webhook, answer=WebhookAnswer)
PUT_WEBHOOK = UseCase(
    parameters=NewWebhookTarget,
    act=put_webhook,
    answer=WebhookPutAnswer,
    changes=True,
    scope=Scope.ALERTS,
    throttle=_THROTTLE,
)
DELETE_WEBHOOK = UseCase(
    act=delete_webhook, answer=EmptyAnswer, changes=True, scope=Scope.ALERTS, throttle=_THROTTLE, status=204
)
LIST_MAILS = UseCase(parameters=Paged, act=list_mails, answer=MailsAnswer)
