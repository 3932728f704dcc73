import asyncio
from typing import Any

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

from streaming.gateway.server.lifespan import lifespan

pytestmark = pytest.mark.django_db(transaction=True)


async def run(*messages: str) -> list[dict[str, Any]]:
    """Tell the application `messages`, and return what it answers."""
    questions: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    answers: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        answers.append(message)

    for message in messages:
        questions.put_nowait({"type": message})
    await lifespan({"type": "lifespan"}, questions.get, send)
    return answers


async def test_it_starts_and_stops() -> None:
    answers = await run("lifespan.startup", "lifespan.shutdown")
    assert [answer["type"] for answer in answers] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


async def test_it_tells_the_server_in_a_sentence_that_the_layer_is_away(settings: Settings) -> None:
    away = {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": ["redis://127.0.0.1:1/0"]}}
    settings.CHANNEL_LAYERS = {"default": away}
    answers = await run("lifespan.startup", "lifespan.shutdown")
    assert {"default": away} == django_settings.CHANNEL_LAYERS
    assert answers[0]["type"] == "lifespan.startup.failed"
    assert answers[0]["message"].startswith("The channel layer can't be reached: ")
