"""The admin's page of transactions that are watched: how far each is."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

from django.contrib import admin
from unfold.decorators import display

from streaming.admin.filters import CreationFilter
from streaming.admin.read_only import RecordAdmin, RecordInline
from wallets.admin.amounts import amount_in_words
from wallets.chain import NATIVE
from wallets.events.event_rows import assets_of
from wallets.lifecycle import TransactionStatus
from wallets.models import ChainTransaction, TransactionWatch

_STATUSES = {
    TransactionStatus.SEEN: "default",
    TransactionStatus.PENDING: "info",
    TransactionStatus.CONFIRMING: "info",
    TransactionStatus.CONFIRMED: "success",
    TransactionStatus.FINALIZED: "success",
    TransactionStatus.FAILED: "danger",
    TransactionStatus.REPLACED: "warning",
    TransactionStatus.DROPPED: "danger",
    TransactionStatus.RETRACTED: "warning",
}
STATUS_LABELS = {status.value.replace("_", " "): label for status, label in _STATUSES.items()}


class SeenFilter(CreationFilter):
    """The days on which they were first watched."""

    title = "day since when it is watched"
    column = "seen_at"
    name = "seen"


class TransactionWatchInline(RecordInline):
    """Who watches it."""

    model = TransactionWatch
    fields = ("owner", "by_hand", "created_at")
    readonly_fields = fields
    verbose_name_plural = "watched by"


@admin.register(ChainTransaction)
class ChainTransactionAdmin(RecordAdmin):
    """Watched transactions of all users, the newest first."""

    compressed_fields = False
    ordering = ("-id",)
    list_display = ("hash", "chain", "status_label", "confirmations_in_words", "block_number", "changed_at")
    list_filter = ("chain", "status", "is_final", SeenFilter)
    search_fields = ("hash__exact", "sender__exact", "recipient__exact")
    search_help_text = "A whole hash or address (in lower case)"
    fields = (
        "chain", "hash", "status_label", "confirmations_in_words", "sender", "recipient", "nonce", "value_in_words",
        "fee_in_words", "block_number", "block_hash", "time", "replaced_by", "replacement", "is_final", "missing_polls",
        "seen_at", "changed_at",
    )  # fmt: skip
    readonly_fields = ("status_label", "confirmations_in_words", "value_in_words", "fee_in_words")
    inlines = (TransactionWatchInline,)

    @display(description="Status", label=STATUS_LABELS)
    def status_label(self, row: ChainTransaction) -> str:
        """How far it is."""
        return str(row.get_status_display())

    @display(description="Confirmations")
    def confirmations_in_words(self, row: ChainTransaction) -> str:
        """How many blocks confirm it, of how many it needs."""
        return f"{row.confirmations} of {row.required}"

    @display(description="Value")
    def value_in_words(self, row: ChainTransaction) -> str:
        """What it moves of the chain's coin."""
        return amount_in_words(row.value, NATIVE, assets_of(row.chain, {}))

    @display(description="Fee")
    def fee_in_words(self, row: ChainTransaction) -> str:
        """What was paid for it."""
        return amount_in_words(row.fee, NATIVE, assets_of(row.chain, {}))
