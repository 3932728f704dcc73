"""What a strategy that runs live is answered where it asks whether an order would be refused: told again, the same."""

from typing import Protocol

from trading.engine.live.strategies.memory import OrderForeseen
from trading.engine.orders.order import OrderRequest
from trading.engine.orders.refusal import Refusal

_MOST_REFUSED = 1_000
"""Of so many orders it is known that they would be refused: of the oldest no more."""


class Foreseeing(Protocol):
    """Answers a question, as `number` of a strategy: None where the answer is the one `before`."""

    def __call__(self, request: OrderRequest, *, number: int, before: Refusal | None) -> OrderForeseen | None: ...


class ForeseenRefusals:
    """The last answers to one strategy. A question has a number, by which a change of its answer is found again."""

    def __init__(self) -> None:
        self._asked = 0
        self._refused: dict[OrderRequest, Refusal] = {}

    def ask(self, request: OrderRequest, foresee: Foreseeing) -> Refusal | None:
        """Return what would refuse an order, in the words of when that was first so; None where nothing would."""
        self._asked += 1
        before = self._refused.get(request)
        changed = foresee(request, number=self._asked, before=before)
        if changed is None:
            return before
        self._refused.pop(request, None)
        if changed.refusal is not None:
            self._refused[request] = changed.refusal
            if len(self._refused) > _MOST_REFUSED:
                del self._refused[next(iter(self._refused))]
        return changed.refusal
