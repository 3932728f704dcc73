"""What the documents say of clients' messages is what the gateway reads: both take and refuse the same."""

import json
from typing import Any

import pytest

from streaming.gateway.dialects.decoder import LONGEST_THROTTLE_MS, MAXIMUM_ID_LENGTH, decode_client_message
from streaming.gateway.errors import GatewayError
from tests.config.asyncapi.documents import described_by

_PLACE = {"epoch": "k3J9x2ab", "seq": 0}
MESSAGES: list[tuple[dict[str, Any], bool]] = [
    ({"type": "subscribe", "channels": ["price:BTCUSDT"]}, True),
    ({"type": "subscribe", "channel": "price:BTCUSDT"}, True),
    ({"type": "subscribe", "channel": "alerts", "channels": []}, True),
    ({"type": "subscribe"}, False),
    ({"type": "subscribe", "channels": "alerts"}, False),
    ({"type": "subscribe", "channels": [1]}, False),
    ({"type": "subscribe", "channels": ["alerts"], "throttle_ms": 1, "batch": True}, True),
    ({"type": "subscribe", "channels": ["alerts"], "throttle_ms": LONGEST_THROTTLE_MS}, True),
    ({"type": "subscribe", "channels": ["alerts"], "throttle_ms": LONGEST_THROTTLE_MS + 1}, False),
    ({"type": "subscribe", "channels": ["alerts"], "throttle_ms": 0}, False),
    ({"type": "subscribe", "channels": ["alerts"], "batch": "yes"}, False),
    ({"type": "subscribe", "channels": ["alerts"], "since": {}}, True),
    ({"type": "subscribe", "channels": ["alerts"], "since": {"alerts": _PLACE}}, True),
    ({"type": "subscribe", "channels": ["alerts"], "since": {"alerts": {"epoch": "", "seq": 0}}}, False),
    ({"type": "subscribe", "channels": ["alerts"], "since": {"alerts": {"epoch": "a", "seq": 2**53}}}, False),
    ({"type": "subscribe", "channels": ["alerts"], "since": {"alerts": {"seq": 1}}}, False),
    ({"type": "subscribe", "channels": ["alerts"], "since": []}, False),
    ({"type": "unsubscribe", "channels": ["alerts"]}, True),
    ({"type": "unsubscribe"}, False),
    ({"type": "ping"}, True),
    ({"type": "pong"}, True),
    ({"type": "auth", "token": "a token"}, True),
    ({"type": "auth", "token": 1}, False),
    ({"type": "auth"}, False),
    ({"type": "command", "id": "1", "action": "session.quality"}, True),
    ({"type": "command", "id": "1", "action": "session.quality", "params": {}}, True),
    ({"type": "command", "id": "", "action": "session.quality", "params": {}}, False),
    ({"type": "command", "id": "1" * MAXIMUM_ID_LENGTH, "action": "session.quality"}, True),
    ({"type": "command", "id": "1" * (MAXIMUM_ID_LENGTH + 1), "action": "session.quality"}, False),
    ({"type": "command", "id": 1, "action": "session.quality"}, False),
    ({"type": "command", "action": "session.quality"}, False),
    ({"type": "command", "id": "1", "action": "session.quality", "params": []}, False),
]


@pytest.mark.parametrize(("message", "is_read"), MESSAGES, ids=lambda one: json.dumps(one)[:80])
def test_the_gateway_and_the_document_take_the_same(message: dict[str, Any], is_read: bool) -> None:
    kind = message["type"]
    name = f"command.{message['action']}" if kind == "command" else f"client.{kind}"
    assert (described_by("market").faults(name, message) == []) is is_read
    assert reads(message) is is_read


def reads(message: dict[str, Any]) -> bool:
    """Return whether the gateway reads a message."""
    try:
        decode_client_message(json.dumps(message))
    except GatewayError:
        return False
    return True
