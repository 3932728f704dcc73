import pytest

from streaming.gateway.dialects.base import Ping, Subscribe
from streaming.gateway.router import Router
from streaming.gateway.routes import default_router


def test_it_hands_each_message_to_the_handler_of_its_type() -> None:
    handled: list[tuple[str, str, object]] = []
    router: Router[str] = Router()
    router.register(Ping, lambda session, message: handled.append(("ping", session, message)))
    router.register(Subscribe, lambda session, message: handled.append(("subscribe", session, message)))
    router.route("a session", Subscribe(("price:BTCUSDT",)))
    assert handled == [("subscribe", "a session", Subscribe(("price:BTCUSDT",)))]


def test_it_has_no_handler_for_what_was_not_registered() -> None:
    router: Router[str] = Router()
    with pytest.raises(KeyError):
        router.route("a session", Ping())
    assert default_router() is not default_router()
