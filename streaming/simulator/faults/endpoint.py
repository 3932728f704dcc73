"""`/simulator/faults…` over HTTP: what is on, what is to be on, and what is to end."""

from typing import Protocol

from streaming.simulator.faults.faults import Fault, FaultKind, UnfitFaultError
from streaming.simulator.faults.parameters import FaultParameterError, described, fault_of, kind_of


class FaultyExchange(Protocol):
    """An exchange, as far as its faults are asked for."""

    @property
    def active_faults(self) -> tuple[Fault, ...]:
        """The faults that are on now."""
        ...

    async def inject(self, fault: Fault) -> None:
        """Let a fault happen, or be on from now; raise UnfitFaultError."""
        ...

    def end_fault(self, kind: FaultKind) -> bool:
        """End a fault; return whether it was on."""
        ...


async def answer(exchange: FaultyExchange, path: list[str], query: list[tuple[str, str]]) -> object:
    """Carry out what is asked below `/simulator/faults/`; None where nothing is. Raise FaultParameterError."""
    match path:
        case []:
            _refuse_parameters(query)
            return [described(fault) for fault in exchange.active_faults]
        case [kind]:
            fault = fault_of(kind, query)
            try:
                await exchange.inject(fault)
            except UnfitFaultError as error:
                raise FaultParameterError(str(error)) from None
            return described(fault)
        case [kind, "end"]:
            _refuse_parameters(query)
            return {"kind": kind, "ended": exchange.end_fault(kind_of(kind))}
        case _:
            return None


def _refuse_parameters(query: list[tuple[str, str]]) -> None:
    if query:
        raise FaultParameterError(f"unknown parameter {query[0][0]!r}; there are none")
