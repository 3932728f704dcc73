"""What is Slack's own of a delivery by it: see test_services.py for the rest."""

import pytest
from pytest_django import Settings

from alerts.deliveries.channels.slack.service import SLACK
from alerts.deliveries.message import ServiceTarget
from alerts.events import Severity
from alerts.models import ChannelChoices
from tests.alerts.deliveries.messages import message_of

TARGET = ServiceTarget(url="https://hooks.slack.com/services/T0/B0/X0")


def test_it_escapes_what_slack_would_read_as_links_and_mentions_and_unfurls_nothing(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://tidewire.example"
    post = SLACK.post(
        message_of(ChannelChoices.SLACK, title="A & B", body="<!channel> &lt;", severity=Severity.CRITICAL), TARGET
    )
    texts = [
        "*🚨 A &amp; B*\n&lt;!channel&gt; &amp;lt;",
        "<https://tidewire.example/#BTCUSDT/1m/1763676000000|Open the chart>",
    ]
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}} for text in texts]
    assert (post.url, post.headers) == (TARGET.url, {})
    assert post.content == {"text": "🚨 A &amp; B", "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


@pytest.mark.parametrize("letter", ["x", "&", "🐳"])
def test_it_cuts_a_text_no_shorter_than_it_must_and_within_no_escape(letter: str) -> None:
    post = SLACK.post(message_of(ChannelChoices.SLACK, body=letter * 4000), TARGET)
    text = post.content["blocks"][0]["text"]["text"]
    assert 2990 < len(text) <= 3000
    assert text.endswith({"&": "&amp;…"}.get(letter, f"{letter}…"))
