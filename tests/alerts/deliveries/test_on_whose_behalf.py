"""What a command causes bears its id all the way: to the row, the worker, its log and the receiver of a webhook."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
import structlog
from asgiref.sync import sync_to_async
from websockets.asyncio.client import connect

from alerts.deliveries.sending.worker import DeliveriesWorker
from alerts.models import AlertRule, Delivery, DeliveryState, Notification, RuleChange, WebhookTarget
from alerts.preferences.preferences import Channel
from config.logs.logging import add_correlation_id
from streaming.tracing.correlation import correlated
from tests.alerts.deliveries.http_receiver import HttpReceiver, http_receiver
from tests.alerts.deliveries.notifying import DeliveryRig, confirmed_user, draft_of, rule_of, tell, tell_of_firing
from tests.gateway.login.conversations import CONTROL, ask, token_of
from tests.serving import serving
from tests.streaming.tracing.recorded_spans import ids_of, parent_of, recorded_spans, traceparent_of
from tests.waiting import until


@pytest.fixture
async def receiver() -> AsyncIterator[HttpReceiver]:
    async with http_receiver() as receiver:
        yield receiver


@pytest.mark.django_db(transaction=True)
async def test_a_command_is_followed_to_the_webhook_that_it_ends_at(receiver: HttpReceiver) -> None:
    ada = await sync_to_async(confirmed_user)("Ada")
    await WebhookTarget.objects.acreate(user=ada, url=f"{receiver.url}/hook", secret="a secret")
    with recorded_spans() as spans, structlog.testing.capture_logs(processors=[add_correlation_id]) as logs:
        async with serving(with_symbols=False) as gateway:
            worker = asyncio.create_task(DeliveriesWorker(gateway.runtime.hub).run())
            async with connect(f"{gateway.socket_url}?token={token_of(ada)}", **CONTROL) as client:
                [session] = gateway.runtime.sessions
                answer = await ask(
                    client, type="command", id="test-7", action="notifications.send_test", params={"channel": "webhook"}
                )
                assert answer["success"], answer
                await until(lambda: receiver.received)
            await until(lambda: spans.named("delivery"))
            worker.cancel()
            with suppress(asyncio.CancelledError):
                await worker
    known = f"{session.client_id}:test-7"
    command, delivery = spans.only("command"), spans.only("delivery")
    assert (await Notification.objects.aget()).correlation_id == known
    assert receiver.received[0].headers["x-request-id"] == known
    assert receiver.received[0].headers["traceparent"] == traceparent_of(delivery)
    assert parent_of(delivery) == ids_of(traceparent_of(command))
    assert {one.attributes["tidewire.correlation_id"] for one in (command, delivery) if one.attributes} == {known}
    lines = {line["event"]: line.get("correlation_id") for line in logs}
    assert (lines["a command was done"], lines["a delivery was sent"]) == (known, known)


async def test_what_failed_is_logged_under_it_too_and_tried_again_under_it(
    rig: DeliveryRig, receiver: HttpReceiver
) -> None:
    receiver.answers = [(500, {})]
    await WebhookTarget.objects.acreate(user=rig.user, url=f"{receiver.url}/hook", secret="a secret")
    with correlated("shop-7"):
        await sync_to_async(tell)(draft_of(rig.user, Channel.WEBHOOK))
    with structlog.testing.capture_logs(processors=[add_correlation_id]) as logs:
        rig.start()
        await rig.until_states(DeliveryState.SENT)
    assert [request.headers["x-request-id"] for request in receiver.received] == ["shop-7", "shop-7"]
    assert "traceparent" not in receiver.received[0].headers
    lines = [(line["event"], line["correlation_id"]) for line in logs if line["event"].startswith("a delivery ")]
    assert lines == [("a delivery failed", "shop-7"), ("a delivery was sent", "shop-7")]


@pytest.mark.django_db
def test_a_firing_has_an_id_of_its_own() -> None:
    ada = confirmed_user("Ada")
    first, second = tell_of_firing(ada), tell(draft_of(ada))[0]
    ids = set(Notification.objects.values_list("correlation_id", flat=True))
    assert ids == {first.correlation_id, second.correlation_id}
    assert [len(one) for one in ids] == [32, 32]
    assert Delivery.objects.count() >= 2


@pytest.mark.django_db
def test_the_evaluator_is_told_who_has_changed_a_rule() -> None:
    with correlated("shop-7"):
        rule = rule_of(confirmed_user("Ada"))
    with correlated("shop-8"):
        AlertRule.objects.get(pk=rule.pk).delete()
    assert list(RuleChange.objects.values_list("correlation_id", flat=True)) == ["shop-7", "shop-8"]
