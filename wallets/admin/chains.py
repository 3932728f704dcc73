"""The admin's page of chains: how each is configured, how far it was followed, and why no further."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

from functools import partial
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import display

from streaming.admin.changed_fields import ChangedFieldsAdmin
from streaming.admin.shown_values import ABSENT
from streaming.workers.wake_ups import wake_soon
from wallets.admin.chain_actions import ChainActions
from wallets.admin.chain_form import ChainForm
from wallets.chain_state import SENTENCES, ChainState
from wallets.declared_workers import WALLETS_WORKER
from wallets.follower.node_address import masked
from wallets.models import Chain

_DISABLED = "disabled"
_STATES = {
    ChainState.CONNECTING: "info",
    ChainState.CONNECTED: "success",
    ChainState.CATCHING_UP: "warning",
    ChainState.DISCONNECTED: "danger",
    ChainState.ERROR: "danger",
}
STATE_LABELS = {**{state.value.replace("_", " "): label for state, label in _STATES.items()}, _DISABLED: "default"}
_IDENTITY = ("name", "chain_id", "symbol", "decimals")
"""What the stored rows are about: it is given once."""


@admin.register(Chain)
class ChainAdmin(ChainActions, ChangedFieldsAdmin):
    """The chains, by name."""

    form = ChainForm
    compressed_fields = False
    list_display = (
        "name",
        "chain_id",
        "state_label",
        "reason_shown",
        "cursor_number",
        "lag_in_words",
        "node_shown",
        "last_head_at",
    )
    list_filter = ("state", "is_enabled")
    search_fields = ("name",)
    fieldsets = (
        (None, {"fields": (*_IDENTITY, "nodes", "block_time_seconds")}),
        ("Confirmations", {"fields": ("confirmations", "confirmations_by_amount")}),
        ("How it is followed", {
            "fields": (
                "state_label", "state_since", "reason_shown", "node_shown", "cursor_number", "cursor_hash",
                "head_number", "lag_in_words", "finalized_number", "last_head_at", "followed_from", "is_enabled",
                "is_simulated",
            ),
        }),
    )  # fmt: skip
    readonly_fields = (
        "state_label", "state_since", "reason_shown", "node_shown", "cursor_number", "cursor_hash",
        "head_number", "lag_in_words", "finalized_number", "last_head_at", "followed_from", "is_enabled",
        "is_simulated",
    )  # fmt: skip

    @display(description="State", label=STATE_LABELS)
    def state_label(self, chain: Chain) -> str:
        """How it is followed just now."""
        return chain.state_at(timezone.now()).value.replace("_", " ") if chain.is_enabled else _DISABLED

    @display(description="Reason")
    def reason_shown(self, chain: Chain) -> str:
        """Why it is in that state, in the node's own words where it has said some."""
        fault = chain.fault_at(timezone.now())
        return chain.reason or (SENTENCES[fault] if fault and chain.is_enabled else "")

    @display(description="Node")
    def node_shown(self, chain: Chain) -> str:
        """Which node is asked: without what may be a key in its address."""
        return masked(chain.node) if chain.node else ABSENT

    @display(description="Nodes")
    def nodes_shown(self, chain: Chain) -> str:
        """Which nodes it has, for who may only look."""
        return ", ".join(map(masked, chain.nodes))

    @display(description="Lag")
    def lag_in_words(self, chain: Chain) -> str:
        """How many blocks the node knows that weren't applied yet."""
        if chain.head_number is None or chain.cursor_number is None:
            return ABSENT
        lag = max(chain.head_number - chain.cursor_number, 0)
        return f"{lag:,} block{'' if lag == 1 else 's'}"

    def get_readonly_fields(self, request: HttpRequest, obj: Chain | None = None) -> tuple[str, ...]:
        """Return what can't be given; of a chain that is there, what it is, too."""
        return self.readonly_fields if obj is None else (*_IDENTITY, *self.readonly_fields)

    def get_fieldsets(self, request: HttpRequest, obj: Chain | None = None) -> Any:
        """Return the fields; who may only look sees the nodes' addresses masked, as the form shows them."""
        if obj is None or self.has_change_permission(request, obj):
            return self.fieldsets
        (title, first), *others = self.fieldsets
        shown = tuple("nodes_shown" if name == "nodes" else name for name in first["fields"])
        return ((title, {"fields": shown}), *others)

    def save_model(self, request: HttpRequest, obj: Chain, form: Any, change: bool) -> None:
        """Save what staff may give, and nothing that the follower has written meanwhile; then wake it."""
        super().save_model(request, obj, form, change)
        transaction.on_commit(partial(wake_soon, WALLETS_WORKER.name))
