"""Who hears of what."""

from typing import Any

from tidewire_client.channels.handlers import Handlers


def _handlers() -> tuple[Handlers, list[BaseException]]:
    surfaced: list[BaseException] = []
    return Handlers(surfaced.append), surfaced


def test_each_handler_is_called_once_and_in_its_order() -> None:
    handlers, _ = _handlers()
    calls: list[tuple[str, Any]] = []

    def one(value: Any) -> None:
        calls.append(("one", value))

    handlers.on("price:*", one)
    handlers.on("price:BTCUSDT", one)
    handlers.on("price:BTCUSDT", lambda value: calls.append(("other", value)))
    handlers.on("ticker:*", lambda _: calls.append(("never", None)))
    handlers.tell_channel("price:BTCUSDT", 7)
    assert calls == [("one", 7), ("other", 7)]


def test_a_handler_may_remove_itself_and_others() -> None:
    handlers, _ = _handlers()
    calls: list[str] = []

    def once(_: Any) -> None:
        calls.append("once")
        handlers.off("error", once)

    handlers.on("error", once)
    handlers.on("error", lambda _: calls.append("always"))
    handlers.tell("error", None)
    handlers.tell("error", None)
    handlers.off("error", print)
    handlers.off("nothing", print)
    assert calls == ["once", "always", "always"]


def test_what_one_raises_surfaces_and_the_others_hear_all_the_same() -> None:
    handlers, surfaced = _handlers()
    heard: list[Any] = []
    handlers.on("error", lambda value: value / 0)
    handlers.on("error", heard.append)
    handlers.tell("error", 1)
    assert heard == [1]
    assert [type(error) for error in surfaced] == [ZeroDivisionError]


def test_connection_events_are_no_channels() -> None:
    handlers, _ = _handlers()
    heard: list[Any] = []
    handlers.on("*", heard.append)
    handlers.tell("connected", 1)
    assert heard == []
    handlers.tell_channel("notifications", 2)
    assert heard == [2]
