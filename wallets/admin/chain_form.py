"""The form of a chain: what the follower couldn't follow is refused, by the name of its field."""

# Django's forms take their type argument in the stubs only.
# mypy: disable-error-code="type-arg"

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError

from wallets.amounts import MOST_DECIMALS, in_smallest_units
from wallets.confirmations import MOST_CONFIRMATIONS, TOO_MANY_CONFIRMATIONS
from wallets.errors import InvalidAmountError
from wallets.follower.node_address import is_masked, masked, unmasked
from wallets.models import Chain

_SCHEMES = ("ws", "wss", "http", "https")
_STEP_KEYS = {"amount", "confirmations"}


class ChainForm(forms.ModelForm):
    """How a chain is configured."""

    class Meta:
        """Of which model it is."""

        model = Chain
        fields = (
            "name", "chain_id", "symbol", "decimals", "nodes", "block_time_seconds", "confirmations",
            "confirmations_by_amount",
        )  # fmt: skip
        help_texts: ClassVar = {
            "confirmations_by_amount": "Amounts are of the chain's coin, whatever a transaction moves of a token."
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stored = tuple(self.instance.nodes)
        self.initial["nodes"] = [masked(node) for node in self._stored]

    def clean_nodes(self) -> Sequence[str]:
        """Return the addresses of nodes, for each that is masked the one that is stored; refuse what is none."""
        given = self.cleaned_data["nodes"]
        if not isinstance(given, list) or not given:
            raise ValidationError('must be a list of addresses, such as ["wss://node.example.org"]')
        nodes = unmasked(given, self._stored)
        for node in nodes:
            if is_masked(node):
                raise ValidationError(f"{node} is none of the addresses that are stored: give the whole address")
            if not _is_address(node):
                raise ValidationError(f"{node} is no address of a node: it begins with {':// or '.join(_SCHEMES)}://")
        return nodes

    def clean_confirmations_by_amount(self) -> Sequence[dict[str, object]]:
        """Return the steps of confirmations; refuse what is none."""
        steps = self.cleaned_data["confirmations_by_amount"] or []
        if not isinstance(steps, list) or not all(_is_step(step, self._decimals) for step in steps):
            raise ValidationError('must be a list of steps, such as [{"amount": "100", "confirmations": 24}]')
        if any(step["confirmations"] > MOST_CONFIRMATIONS for step in steps):
            raise ValidationError(f"The confirmations of each step {TOO_MANY_CONFIRMATIONS}")
        return list(steps)

    @property
    def _decimals(self) -> int:
        """Those of the coin, which are given once; too many are refused by themselves."""
        given = int(self.cleaned_data.get("decimals", self.instance.decimals))
        return given if given <= MOST_DECIMALS else self.instance.decimals


def _is_address(node: object) -> bool:
    if not isinstance(node, str):
        return False
    try:
        parts = urlsplit(node)
        return parts.scheme in _SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _is_step(step: object, decimals: int) -> bool:
    if not isinstance(step, dict) or set(step) != _STEP_KEYS:
        return False
    amount, confirmations = step["amount"], step["confirmations"]
    if isinstance(confirmations, bool) or not isinstance(confirmations, int) or not isinstance(amount, str):
        return False
    try:
        in_smallest_units(Decimal(amount), decimals)
    except (InvalidOperation, InvalidAmountError):
        return False
    return confirmations >= 1
