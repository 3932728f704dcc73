"""What a frame goes through, step by step."""

import pytest

from streaming.gateway.errors import GatewayError, rate_limited
from streaming.gateway.messages import Ping, Subscribe
from streaming.gateway.session.router import Incoming, Router, Step, UnreadFrameError
from streaming.gateway.session.routes import default_router

READ = Subscribe(("price:BTCUSDT",))


def read(incoming: Incoming[str], following: Step[str]) -> None:
    incoming.message = READ if incoming.text == "subscribe" else Ping()
    following(incoming)


def test_it_hands_each_message_to_the_handler_of_its_type() -> None:
    handled: list[tuple[str, str, object]] = []
    router: Router[str] = Router(read)
    router.register(Ping, lambda session, message: handled.append(("ping", session, message)))
    router.register(Subscribe, lambda session, message: handled.append(("subscribe", session, message)))
    router.route("a session", "subscribe")
    router.route("a session", "ping")
    assert handled == [("subscribe", "a session", READ), ("ping", "a session", Ping())]


def test_it_goes_through_the_middleware_of_all_routes_then_its_own_in_the_order_given() -> None:
    steps: list[str] = []

    def step(name: str):  # type: ignore[no-untyped-def]
        def middleware(incoming: Incoming[str], following: Step[str]) -> None:
            steps.append(f"{name} in")
            following(incoming)
            steps.append(f"{name} out")

        return middleware

    router: Router[str] = Router(step("first"), read, step("second"))
    router.register(Ping, lambda session, message: steps.append("ping"), step("its own"))
    router.register(Subscribe, lambda session, message: steps.append("subscribe"))
    router.route("a session", "subscribe")
    assert steps == ["first in", "second in", "subscribe", "second out", "first out"]
    steps.clear()
    router.route("a session", "ping")
    assert steps == ["first in", "second in", "its own in", "ping", "its own out", "second out", "first out"]


def test_middleware_can_refuse_a_frame_or_drop_it() -> None:
    handled: list[object] = []

    def refuse(incoming: Incoming[str], following: Step[str]) -> None:
        raise rate_limited()

    def drop(incoming: Incoming[str], following: Step[str]) -> None:
        """Hand nothing on."""

    router: Router[str] = Router(read)
    router.register(Ping, lambda session, message: handled.append(message), refuse)
    router.register(Subscribe, lambda session, message: handled.append(message), drop)
    with pytest.raises(GatewayError, match="Rate limit exceeded"):
        router.route("a session", "ping")
    router.route("a session", "subscribe")
    assert handled == []


def test_it_has_no_handler_for_what_was_not_registered() -> None:
    router: Router[str] = Router(read)
    with pytest.raises(KeyError):
        router.route("a session", "ping")


def test_it_wants_frames_to_be_read_before_they_are_handled() -> None:
    router: Router[str] = Router()
    router.register(Ping, lambda session, message: None)
    with pytest.raises(UnreadFrameError):
        router.route("a session", "ping")


def test_every_runtime_has_routes_of_its_own() -> None:
    assert default_router() is not default_router()
