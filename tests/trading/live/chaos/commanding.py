"""A user who gives commands without end, each under an id, and gives it again, anywhere, until it is answered."""

import json
import random
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import Any, Self

from websockets.exceptions import InvalidHandshake, InvalidMessage, WebSocketException
from websockets.sync.client import ClientConnection, connect

from tests.trading.live.chaos.deployed import SYMBOL, Deployed

_PAUSE_SECONDS = 0.1
_PATIENCE_SECONDS = 6.0
"""Whoever isn't answered within so long asks another gateway."""
_AGAIN = frozenset({"UNAVAILABLE", "RATE_LIMITED"})
"""With these a command is to be given again."""
_MOST_OPEN = 30
_NOT_THERE = (OSError, TimeoutError, WebSocketException, InvalidHandshake, InvalidMessage)


@dataclass
class Command:
    """A command, how often it was given, and how it was answered in the end."""

    id: str
    action: str
    params: Mapping[str, Any]
    given: int = 0
    answer: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0

    @property
    def has_acted(self) -> bool:
        """Whether it was done."""
        return bool(self.answer["success"])


class Commanding(threading.Thread):
    """Gives one command after another until the end of the `with`; `answered` are all of them, in their order."""

    def __init__(self, deployed: Deployed, *, seed: int) -> None:
        super().__init__(daemon=True)
        self.answered: list[Command] = []
        self._deployed = deployed
        self._chance = random.Random(seed)
        self._connection: ClientConnection | None = None
        self._ending = ExitStack()
        self._is_over = threading.Event()
        self._is_left = threading.Event()
        self._open: list[str] = []
        self._grids: list[str] = []
        self._fault: BaseException | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._is_left.set()
        self._is_over.set()
        self.join()

    def check(self) -> None:
        """Raise what has ended it."""
        if self._fault is not None:
            raise self._fault

    def finish(self) -> None:
        """Give no more commands, once the last one is answered."""
        self._is_over.set()
        self.join()
        self.check()

    def give_again(self, commands: list[Command]) -> list[Command]:
        """Give commands once more over a new connection; return them with the answers of now."""
        self._leave()
        again = [Command(one.id, one.action, one.params) for one in commands]
        for one in again:
            self._give(one)
        self._leave()
        return again

    def run(self) -> None:
        """Give commands until it is over."""
        try:
            while not self._is_over.wait(_PAUSE_SECONDS):
                command = self._next(f"chaos-{len(self.answered) + 1}")
                self._give(command)
                if command.answer:
                    self.answered.append(command)
                    self._note(command)
        except BaseException as fault:  # noqa: BLE001 - told by `check`
            self._fault = fault
        finally:
            self._leave()

    def _next(self, name: str) -> Command:
        makes: list[tuple[int, Callable[[], tuple[str, Mapping[str, Any]]]]] = [(8, self._order), (1, self._grid)]
        if self._open:
            makes.append((12 if len(self._open) > _MOST_OPEN else 4, self._cancelled))
        if self._grids:
            makes.append((3, self._grid_changed))
        (make,) = self._chance.choices([one for _, one in makes], [weight for weight, _ in makes])
        return Command(name, *make())

    def _order(self) -> tuple[str, Mapping[str, Any]]:
        side, price = self._chance.choice(("buy", "sell")), self._deployed.price()
        given = {"symbol": SYMBOL, "side": side, "quantity": 0.001}
        if self._chance.random() < 0.4:
            return "order.place", {**given, "type": "market"}
        reach = self._chance.choice((0.0001, 0.0005, 0.01))
        limit = price * (1 - reach if side == "buy" else 1 + reach)
        return "order.place", {**given, "type": "limit", "price": round(limit, 1)}

    def _cancelled(self) -> tuple[str, Mapping[str, Any]]:
        return "order.cancel", {"id": self._open.pop(self._chance.randrange(len(self._open)))}

    def _grid(self) -> tuple[str, Mapping[str, Any]]:
        if len(self._grids) > 1:
            return "grid.stop", {"id": self._grids.pop(0), "close_position": self._chance.random() < 0.5}
        price = self._deployed.price()
        bounds = {"lower_price": round(price * 0.998), "upper_price": round(price * 1.002)}
        return "grid.start", {"pair": SYMBOL, "grid_count": 12, "investment": 2000, "fee_rate": 0, **bounds}

    def _grid_changed(self) -> tuple[str, Mapping[str, Any]]:
        action = self._chance.choice(("grid.pause", "grid.resume", "grid.update_params"))
        given = {"params": {"investment": self._chance.choice((1800, 2000, 2200))}} if "update" in action else {}
        return action, {"id": self._chance.choice(self._grids), **given}

    def _note(self, command: Command) -> None:
        if not command.has_acted:
            return
        data = command.answer["data"]
        if command.action == "order.place":
            self._open.append(data["id"])
        elif command.action == "grid.start":
            self._grids.append(data["grid_id"])

    # -- giving ---------------------------------------------------------------------------------------------------

    def _give(self, command: Command) -> None:
        """Give a command until it is answered (that it isn't possible, say), or all is left."""
        began = time.monotonic()
        while not self._is_left.is_set():
            command.given += 1
            try:
                answer = self._answer(command)
            except _NOT_THERE:
                self._leave()
            else:
                if answer["success"] or answer["error"]["code"] not in _AGAIN:
                    command.answer, command.seconds = answer, time.monotonic() - began
                    return
            time.sleep(_PAUSE_SECONDS)

    def _answer(self, command: Command) -> Mapping[str, Any]:
        connection = self._connected()
        said = {"type": "command", "id": command.id, "action": command.action, "params": command.params}
        connection.send(json.dumps(said))
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            told: dict[str, Any] = json.loads(connection.recv(timeout=max(0.0, deadline - time.monotonic())))
            if told.get("type") == "response" and told["id"] == command.id:
                return told

    def _connected(self) -> ClientConnection:
        if self._connection is None:
            gateway = self._chance.choice(list(self._deployed.gateways))
            url = f"{gateway.replace('http', 'ws', 1)}/ws?token={self._deployed.token}"
            opening = connect(url, open_timeout=_PATIENCE_SECONDS, close_timeout=1)
            self._connection = self._ending.enter_context(opening)
        return self._connection

    def _leave(self) -> None:
        self._connection = None
        with suppress(*_NOT_THERE):
            self._ending.close()
