"""One attempt for each message of a batch, and what to do with those that failed."""

import asyncio
import random
import time
from collections.abc import Sequence

import structlog

from alerts.deliveries.channels.base import ChannelTransport
from alerts.deliveries.errors import DeliveryFailedError, RejectedError, UnreachableError
from alerts.deliveries.message import Message
from alerts.deliveries.services import Failed
from alerts.deliveries.timing.retrying import RetryRules, retry_wait
from alerts.metrics import ATTEMPT_SECONDS, ATTEMPTS
from streaming.tracing.correlation import correlated
from streaming.tracing.origin import continued

logger = structlog.get_logger(__name__)


async def attempt_all(
    transport: ChannelTransport, messages: Sequence[Message], rules: RetryRules, chance: random.Random
) -> tuple[list[Message], list[Failed]]:
    """Send the messages, each user's in their order; return those that were sent, and the failures."""
    by_user: dict[int, list[Message]] = {}
    for message in messages:
        by_user.setdefault(message.user_id, []).append(message)
    outcomes = await asyncio.gather(*(_attempt_in_order(transport, own) for own in by_user.values()))
    errors = [outcome for of_user in outcomes for outcome in of_user]
    sent = [message for message, error in errors if error is None]
    failures = [_failed(message, error, rules, chance) for message, error in errors if error is not None]
    return sent, failures


async def _attempt_in_order(
    transport: ChannelTransport, messages: Sequence[Message]
) -> list[tuple[Message, DeliveryFailedError | None]]:
    return [(message, await _counted_attempt(transport, message)) for message in messages]


async def _counted_attempt(transport: ChannelTransport, message: Message) -> DeliveryFailedError | None:
    """Send one, and count what came of it; return what went wrong."""
    began = time.perf_counter()
    with continued(message.origin, "delivery", channel=message.channel.value, attempt=message.attempts):
        error = await _attempt(transport, message)
    ATTEMPT_SECONDS.measure(time.perf_counter() - began, message.channel)
    ATTEMPTS.add(message.channel, _result(error))
    return error


def _result(error: DeliveryFailedError | None) -> str:
    match error:
        case None:
            return "sent"
        case RejectedError():
            return "rejected"
        case UnreachableError():
            return "unreachable"
    return "failed"


async def _attempt(transport: ChannelTransport, message: Message) -> DeliveryFailedError | None:
    """Send one; return what went wrong."""
    try:
        await transport.send(message)
    except DeliveryFailedError as error:
        return error
    except Exception as error:  # a mistake in one channel's code holds up neither the others nor the worker
        logger.exception("a channel failed in a way of its own", channel=message.channel, delivery=message.delivery_id)
        return DeliveryFailedError(f"{type(error).__name__}: {error}")
    logger.debug("a delivery was sent", channel=message.channel, delivery=message.delivery_id, attempt=message.attempts)
    return None


def _failed(message: Message, error: DeliveryFailedError, rules: RetryRules, chance: random.Random) -> Failed:
    is_final = isinstance(error, RejectedError | UnreachableError)
    wait = retry_wait(rules, message.attempts, pause_seconds=error.pause_seconds, chance=chance)
    failed = Failed(
        message=message,
        reason=error.reason,
        wait_seconds=None if is_final else wait,
        unreachable=isinstance(error, UnreachableError),
    )
    with correlated(message.origin.correlation_id):
        logger.info(
            "a delivery failed",
            channel=message.channel,
            delivery=message.delivery_id,
            attempt=message.attempts,
            reason=error.reason,
            wait_seconds=None if failed.wait_seconds is None else round(failed.wait_seconds, 1),
        )
    return failed
