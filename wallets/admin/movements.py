"""The admin's page of movements: what came to and went from watched addresses."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

from django.contrib import admin
from unfold.decorators import display

from streaming.admin.filters import CreationFilter
from streaming.admin.read_only import RecordAdmin
from wallets.admin.amounts import amount_in_words
from wallets.events.event_rows import known_assets
from wallets.models import Movement


class MovementFilter(CreationFilter):
    """The days of their blocks."""

    title = "day of the block"
    column = "time"
    name = "moved"


@admin.register(Movement)
class MovementAdmin(RecordAdmin):
    """Movements on all chains, the newest first; what a reorganisation took back is marked."""

    compressed_fields = False
    ordering = ("-id",)
    list_display = ("time", "chain", "address", "direction", "change", "asset", "block_number", "is_retracted")
    list_filter = ("chain", "is_retracted", MovementFilter)
    search_fields = ("=address", "=transaction_hash")
    search_help_text = "A whole address, or the whole hash of a transaction (in lower case)"
    fields = (
        "chain", "address", "direction", "counterparty", "change_in_words", "balance_in_words", "transaction_hash",
        "log_index", "block_number", "block_hash", "time", "is_retracted",
    )  # fmt: skip
    readonly_fields = ("change_in_words", "balance_in_words")

    @display(description="Change")
    def change_in_words(self, movement: Movement) -> str:
        """What came or went."""
        return amount_in_words(movement.change, movement.asset, known_assets(movement.chain))

    @display(description="Held afterwards")
    def balance_in_words(self, movement: Movement) -> str:
        """What the address held after the block, where that was read."""
        return amount_in_words(movement.balance, movement.asset, known_assets(movement.chain))
