"""What is Discord's own of a delivery by it: see test_services.py for the rest."""

import pytest
from pytest_django import Settings

from alerts.deliveries.channels.discord.service import DISCORD
from alerts.deliveries.errors import DeliveryFailedError
from alerts.deliveries.guarded_http import Answer
from alerts.deliveries.message import ServiceTarget
from alerts.events import Severity
from alerts.models import ChannelChoices
from tests.alerts.deliveries.messages import message_of

TARGET = ServiceTarget(url="https://discord.com/api/webhooks/1/x")


def test_it_mentions_nobody_and_shows_markup_as_it_was_written(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://tidewire.example"
    message = message_of(ChannelChoices.DISCORD, title="A_B @here", body="*x* <@1>", severity=Severity.CRITICAL)
    text = "\\*x\\* \\<@1\\>\n[Open the chart](https://tidewire.example/#BTCUSDT/1m/1763676000000)"
    assert DISCORD.post(message, TARGET).content == {
        "content": "A\\_B @here",
        "embeds": [{"description": text, "color": 0xDC2626}],
        "allowed_mentions": {"parse": []},
    }


@pytest.mark.parametrize("letter", ["x", "*", "🐳"])
def test_it_cuts_a_text_no_shorter_than_it_must_and_within_no_escape(letter: str) -> None:
    content = DISCORD.post(message_of(ChannelChoices.DISCORD, title=letter * 2500, body=letter * 5000), TARGET).content
    lengths = [len(text.encode("utf-16-le")) // 2 for text in (content["content"], content["embeds"][0]["description"])]
    assert (1990 < lengths[0] <= 2000, 4090 < lengths[1] <= 4096) == (True, True)
    assert content["content"].endswith({"*": "\\*…"}.get(letter, f"{letter}…"))


@pytest.mark.parametrize(
    ("body", "header", "pause"),
    [
        (b'{"retry_after": 0.65, "global": true}', 9.0, 0.65),
        (b"<html>error code: 1015</html>", 9.0, 9.0),
        (b'{"retry_after": "soon"}', 9.0, 9.0),
        (b"", 0.0, 0.0),
    ],
)
def test_it_waits_as_long_as_the_body_says_or_else_the_header(body: bytes, header: float, pause: float) -> None:
    with pytest.raises(DeliveryFailedError) as failure:
        DISCORD.check(Answer(429, header, body))
    assert failure.value.pause_seconds == pause
