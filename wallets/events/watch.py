"""What `manage.py watch` prints of wallets, transactions and blocks. Pure."""

from typing import Any

from streaming.watch.groups import (
    BAD,
    DOWN,
    QUIET,
    UP,
    WARNING,
    Data,
    Group,
    GroupWriters,
    named,
    number_text,
    said,
)
from streaming.watch.printable import plain

_STATUSES = {
    "confirmed": UP,
    "finalized": UP,
    "failed": BAD,
    "dropped": BAD,
    "replaced": WARNING,
    "retracted": WARNING,
}
_REPLACEMENTS = {"speed_up": "sped up", "cancel": "cancelled"}
_WITH_CONFIRMATIONS = frozenset({"confirming", "confirmed"})


def _wallet(data: Data) -> list[Group]:
    asset = data.get("asset")
    if not isinstance(asset, str):
        return []
    changed = _changed(data.get("change"), asset)
    held = [*changed, *_amount("balance", data.get("balance"), asset)]
    if not held:
        return []
    what: list[Group] = [*_whose(data), *held, *named(data, {"token": "token", "block": "block"}, write=plain)]
    return [*what, *named(data, {"tx": "tx"}), *_notes(data)]


def _whose(data: Data) -> list[Group]:
    """Return the wallet's label, or nothing where it has none, for the channel names the address; and its chain."""
    label: list[Group] = [((plain(data["label"]), "bold"),)] if data.get("label") else []
    return [*label, *named(data, {"on": "chain"})]


def _changed(change: Any, asset: str) -> list[Group]:
    if change is None:
        return []
    text = number_text(change)
    style, sign = (DOWN, "") if text.startswith("-") else (UP, "+") if text != "0" else ("", "")
    return [((f"{sign}{text}", style), (plain(asset), style))]


def _amount(name: str, amount: Any, unit: str) -> list[Group]:
    return [] if amount is None else [((name, QUIET), (number_text(amount), ""), (plain(unit), QUIET))]


def _notes(data: Data) -> list[Group]:
    taken_back = said("taken back by a reorganisation") if data.get("retracted") is True else []
    return [*taken_back, *(said("outdated") if data.get("outdated") is True else [])]


def _transaction(data: Data) -> list[Group]:
    status = data.get("status")
    if not isinstance(status, str):
        return []
    state: list[Group] = [((plain(status), _STATUSES.get(status, "bold")),), *_confirmations(data, status)]
    what = named(data, {"on": "chain", "block": "block"}, write=plain)
    return [*state, *what, *named(data, {"value": "value", "fee": "fee", "from": "from", "to": "to"}), *_replaced(data)]


def _confirmations(data: Data, status: str) -> list[Group]:
    if status not in _WITH_CONFIRMATIONS or "confirmations" not in data or "required" not in data:
        return []
    return [((plain(data["confirmations"]), "bold"), ("of", QUIET), (plain(data["required"]), ""))]


def _replaced(data: Data) -> list[Group]:
    by = data.get("replacedBy")
    how = _REPLACEMENTS.get(str(data.get("replacement")), "replaced")
    return [] if by is None else [((f"{how} by", QUIET), (plain(by), ""))]


def _block(data: Data) -> list[Group]:
    if "number" not in data:
        return []
    number: list[Group] = [((plain(data["number"]), "bold"),)]
    what = named(data, {"transactions": "transactions", "base fee": "baseFee", "hash": "hash"}, write=plain)
    depth = data.get("reorg_depth")
    return [*number, *what, *(said(f"takes back {plain(depth)} block{'' if depth == 1 else 's'}") if depth else [])]


WALLET_WRITERS: GroupWriters = {"wallet": _wallet, "transaction": _transaction, "block": _block}
