"""`/simulator/…`: what a chain does seldom, on request, and who is on it. GET only, JSON out.

`accounts` tells addresses and tokens, `pool` what waits; `mine?blocks=1`, `reorganise?depth=3&length=4&drop=true`,
`send?from=…&to=…&amount=…&token=…` (smallest units), `replace?hash=…&kind=speed_up` (or `cancel`), `drop?hash=…`,
`pause`, `resume`; `cut` resets all WebSockets. What can't be done is answered with 400 and a sentence.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import asdict, replace

from wallets.simulator.chain.activity import cancelled, sped_up, transaction_of
from wallets.simulator.chain.growth import Growth
from wallets.simulator.chain.pool import RefusedTransactionError
from wallets.simulator.chain.tokens import transfer_data

_MOST_BLOCKS = 1000
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}", re.ASCII)
_REPLACEMENTS = {"speed_up": sped_up, "cancel": cancelled}
_LONGEST_NUMBER = 78


class ControlError(ValueError):
    """A request that can't be carried out; its text is for people."""


class Control:
    """Carries out what is asked of a chain by name; `cut` resets the node's WebSockets."""

    def __init__(self, growth: Growth, cut: Callable[[], int]) -> None:
        self._growth = growth
        self._chain = growth.chain
        self._cut = cut
        self._actions: Mapping[str, tuple[tuple[str, ...], Callable[[Mapping[str, str]], Any]]] = {
            "accounts": ((), lambda _: self._accounts()),
            "pool": ((), lambda _: [transaction.hash for transaction in self._chain.pool.transactions]),
            "mine": (("blocks",), self._mine),
            "reorganise": (("depth", "length", "drop"), self._reorganise),
            "send": (("from", "to", "amount", "token"), self._send),
            "replace": (("hash", "kind"), self._replace),
            "drop": (("hash",), self._drop),
            "pause": ((), lambda _: self._pause(is_paused=True)),
            "resume": ((), lambda _: self._pause(is_paused=False)),
            "cut": ((), lambda _: {"cut": self._cut()}),
        }

    def carry_out(self, action: str, given: Mapping[str, str]) -> Any:
        """Do what is asked and return what came of it; None for an action that isn't there, or raise `ControlError`."""
        if action not in self._actions:
            return None
        names, do = self._actions[action]
        if unknown := given.keys() - set(names):
            raise ControlError(f"{action} takes {', '.join(names) or 'no parameters'}; not {min(unknown)!r}")
        return do(given)

    def _accounts(self) -> dict[str, Any]:
        return {"accounts": self._chain.accounts, "tokens": [asdict(token) for token in self._chain.tokens.values()]}

    def _mine(self, given: Mapping[str, str]) -> dict[str, Any]:
        blocks = _number(given, "blocks", 1, _MOST_BLOCKS)
        return {"mined": [self._growth.mine().hash for _ in range(blocks)]}

    def _reorganise(self, given: Mapping[str, str]) -> dict[str, Any]:
        depth = _number(given, "depth", 1)
        length = _number(given, "length", depth + 1)
        drops = _one_of(given, "drop", ("false", "true")) == "true"
        try:
            taken = self._growth.reorganise(depth, length, drops=drops)
        except ValueError as error:
            raise ControlError(str(error)) from None
        return {"taken_back": [block.hash for block in taken], "head": self._chain.head.hash}

    def _send(self, given: Mapping[str, str]) -> dict[str, Any]:
        sender, recipient, amount = _address(given, "from"), _address(given, "to"), _number(given, "amount", 0)
        if sender not in self._chain.accounts:
            raise ControlError(f"from must be one of the chain's accounts, not {sender}")
        transaction = transaction_of(self._chain, sender, recipient, amount)
        if "token" in given:
            token = _address(given, "token")
            if token not in self._chain.tokens:
                raise ControlError(f"token must be one of the chain's tokens, not {token}")
            transaction = replace(transaction, recipient=token, value=0, data=transfer_data(recipient, amount))
        try:
            self._chain.send(transaction)
        except RefusedTransactionError as error:
            raise ControlError(str(error)) from None
        return {"hash": transaction.hash}

    def _replace(self, given: Mapping[str, str]) -> dict[str, Any]:
        before = self._chain.pool.get(given.get("hash", ""))
        if before is None:
            raise ControlError("hash must be that of a transaction that waits in the pool")
        transaction = _REPLACEMENTS[_one_of(given, "kind", tuple(_REPLACEMENTS))](before)
        try:
            self._chain.send(transaction)
        except RefusedTransactionError as error:
            raise ControlError(str(error)) from None
        return {"hash": transaction.hash}

    def _drop(self, given: Mapping[str, str]) -> dict[str, Any]:
        return {"dropped": self._chain.pool.drop(given.get("hash", ""))}

    def _pause(self, *, is_paused: bool) -> dict[str, Any]:
        self._growth.is_paused = is_paused
        return {"paused": is_paused}


def _number(given: Mapping[str, str], name: str, otherwise: int, most: int | None = None) -> int:
    text = given.get(name, str(otherwise))
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER):
        raise ControlError(f"{name} must be a whole number, not {text[:_LONGEST_NUMBER]!r}")
    if most is not None and int(text) > most:
        raise ControlError(f"{name} must be at most {most}")
    return int(text)


def _address(given: Mapping[str, str], name: str) -> str:
    text = given.get(name, "")
    if not _ADDRESS.fullmatch(text):
        raise ControlError(f"{name} must be an address: 0x and 40 hexadecimal digits")
    return text.lower()


def _one_of(given: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    text = given.get(name, allowed[0])
    if text not in allowed:
        raise ControlError(f"{name} must be one of {', '.join(allowed)}")
    return text
