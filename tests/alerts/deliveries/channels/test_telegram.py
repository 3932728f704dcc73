"""What is Telegram's own of a delivery by it: see test_services.py for the rest."""

import pytest
from pytest_django import Settings

from alerts.deliveries.channels.telegram.service import TELEGRAM
from alerts.deliveries.errors import UnreachableError
from alerts.deliveries.guarded_http import Answer
from alerts.deliveries.message import ServiceTarget
from alerts.events import Severity
from alerts.models import ChannelChoices
from tests.alerts.deliveries.messages import message_of

TARGET = ServiceTarget(token="110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", chat_id="-1001234567890")


def test_it_posts_html_to_telegrams_own_server_where_no_other_is_named(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://tidewire.example"
    message = message_of(ChannelChoices.TELEGRAM, title="A & <B>", body='"x" > 1', severity=Severity.WARNING)
    post = TELEGRAM.post(message, TARGET)
    assert post.url == f"https://api.telegram.org/bot{TARGET.token}/sendMessage"
    link = '<a href="https://tidewire.example/#BTCUSDT/1m/1763676000000">Open the chart</a>'
    assert post.content == {
        "chat_id": "-1001234567890",
        "text": f"<b>⚠️ A &amp; &lt;B&gt;</b>\n&quot;x&quot; &gt; 1\n{link}",
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }


@pytest.mark.parametrize("letter", ["x", "&", "🐳"])
def test_it_cuts_a_text_no_shorter_than_it_must_and_within_no_escape(letter: str) -> None:
    text = TELEGRAM.post(message_of(ChannelChoices.TELEGRAM, body=letter * 5000), TARGET).content["text"]
    assert 2000 < text.count({"&": "&amp;"}.get(letter, letter)) <= 4096
    assert {"&": "&amp;…\n<a"}.get(letter, f"{letter}…\n<a") in text


def test_it_names_the_group_that_a_chat_has_become() -> None:
    body = (
        b'{"ok": false, "error_code": 400, "description": "Bad Request: group chat was upgraded to a supergroup chat",'
        b' "parameters": {"migrate_to_chat_id": -1009876543210}}'
    )
    with pytest.raises(UnreachableError, match="the group is the chat -1009876543210 now"):
        TELEGRAM.check(Answer(400, body=body))


def test_it_shows_the_end_of_the_chat_and_nothing_of_the_token() -> None:
    assert TELEGRAM.shown(TARGET) == "https://api.telegram.org/…, chat …890"
