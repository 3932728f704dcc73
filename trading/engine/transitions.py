"""The states of something, and the steps that lead from one to another, as a table: any other step raises."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar

State = TypeVar("State", bound=StrEnum)
Step = TypeVar("Step", bound=StrEnum)


class IllegalStepError(Exception, Generic[State, Step]):
    """`step` leads nowhere from `state`."""

    def __init__(self, message: str, state: State, step: Step) -> None:
        super().__init__(message)
        self.state = state
        self.step = step


class Transitions(Generic[State, Step]):
    """Where which step of `what` (`an order`) leads from each state; `error` is raised for one that leads nowhere."""

    def __init__(
        self, what: str, table: Mapping[State, Mapping[Step, State]], *, error: type[IllegalStepError[State, Step]]
    ) -> None:
        self._what = what
        self._table = table
        self._error = error

    def next(self, state: State, step: Step) -> State:
        """Return the state that `step` leads to; raise the error where it leads nowhere."""
        try:
            return self._table[state][step]
        except KeyError:
            raise self.illegal(state, step) from None

    def can(self, state: State, step: Step) -> bool:
        """Return whether the step leads anywhere."""
        return step in self._table.get(state, ())

    def illegal(self, state: State, step: Step) -> IllegalStepError[State, Step]:
        """Return the error that says which steps there are instead."""
        legal = ", ".join(self._table.get(state, ())) or "nothing"
        return self._error(f"{self._what} that is {state} can't {step}; it can {legal}", state, step)
