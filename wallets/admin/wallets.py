"""The admin's page of wallets: who watches which address, and what it holds."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

from django.contrib import admin
from unfold.decorators import display

from streaming.admin.filters import CreationFilter, OwnerFilter
from streaming.admin.read_only import RecordAdmin, RecordInline
from streaming.admin.shown_values import ABSENT
from wallets.addresses import with_checksum
from wallets.admin.amounts import amount_in_words
from wallets.events.token_audience import assets_told
from wallets.models import Balance, TokenWatch, Wallet


class TokenWatchInline(RecordInline):
    """The tokens that its owner has named for it."""

    model = TokenWatch
    fields = ("contract", "state", "reason", "created_at")
    readonly_fields = fields
    verbose_name_plural = "named tokens"


@admin.register(Wallet)
class WalletAdmin(RecordAdmin):
    """Wallets of all users, the newest first."""

    compressed_fields = False
    ordering = ("-created_at", "-id")
    list_display = ("label_and_id", "owner", "chain", "spelt_address", "created_at")
    list_filter = ("chain", OwnerFilter, CreationFilter)
    list_select_related = ("owner", "chain")
    search_fields = ("id__exact", "address__exact", "owner__username")
    search_help_text = "A whole id or address (in lower case), or a part of the owner's name"
    fields = ("id", "label", "owner", "chain", "spelt_address", "balances_in_words", "created_at")
    readonly_fields = ("spelt_address", "balances_in_words")
    inlines = (TokenWatchInline,)

    @display(description="Wallet", header=True)
    def label_and_id(self, wallet: Wallet) -> list[str]:
        """The label over the id."""
        return [wallet.label or ABSENT, wallet.pk]

    @display(description="Address")
    def spelt_address(self, wallet: Wallet) -> str:
        """The address with its checksum."""
        return with_checksum(wallet.address)

    @display(description="Balances")
    def balances_in_words(self, wallet: Wallet) -> str:
        """What it holds, one asset a line, each as of its block."""
        assets = assets_told(wallet.chain, [wallet])[wallet.pk]
        rows = Balance.objects.filter(chain=wallet.chain, address=wallet.address, asset__in=assets).order_by("asset")
        lines = (
            f"{amount_in_words(row.amount, row.asset, assets)} at block {row.block_number}"
            f"{', changed since' if row.is_outdated else ''}"
            for row in rows
        )
        return "\n".join(lines) or ABSENT
