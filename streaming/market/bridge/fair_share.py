"""How many of a market's slots each bridge has, and which it takes or gives back. Pure."""

from collections.abc import Collection, Sequence

import msgspec


class SlotLease(msgspec.Struct, frozen=True):
    """A slot's lease: who has it, or had it last (empty: it was given back), and whether anybody may take it now."""

    slot: str
    holder: str = ""
    is_vacant: bool = True


class Change(msgspec.Struct, frozen=True):
    """What a bridge does next: the slots that it takes, and those that it gives back."""

    take: tuple[str, ...] = ()
    give_back: tuple[str, ...] = ()


def change_of(process: str, present: Sequence[str], leases: Sequence[SlotLease], held: Collection[str]) -> Change:
    """Return what a process that has the slots `held` does, given all `leases` in order.

    `present` are the processes that say that they live, those first that came first. One whose lease has run out
    doesn't, whatever it said.
    """
    gone = {lease.holder for lease in leases if lease.is_vacant} - {process}
    share = fair_share(process, [one for one in present if one not in gone], slots=len(leases))
    ours = [lease.slot for lease in leases if lease.slot in held]
    vacant = [lease.slot for lease in leases if lease.is_vacant and lease.slot not in held]
    return Change(take=tuple(vacant[: max(0, share - len(ours))]), give_back=tuple(ours[share:]))


def fair_share(process: str, present: Sequence[str], *, slots: int) -> int:
    """Return how many of the slots are a process's; where they don't divide, who came first has one more.

    >>> [fair_share(one, ["a", "b", "c"], slots=4) for one in ("a", "b", "c")]
    [2, 1, 1]
    >>> fair_share("late", ["a"], slots=2)  # nobody has heard of it yet
    1
    """
    bridges = [*present, *([] if process in present else [process])]
    each, left = divmod(slots, len(bridges))
    return each + (bridges.index(process) < left)
