"""The rows of tokens that users have named by their contracts: whose they are, and what contracts are found to be."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, Min, OuterRef, QuerySet

from streaming.batches import batched
from streaming.database.compiled_query import CompiledQuery, Given
from streaming.database.conditions import Among
from streaming.installed import notices_store
from streaming.notices import Notice
from streaming.stored_events.event_outbox import PendingEvent
from streaming.workers.fencing import Fence, lease_hold
from wallets.addresses import with_checksum
from wallets.errors import NoTokenError
from wallets.events.chain_notices import no_token_notice
from wallets.events.event_rows import balance_event
from wallets.events.outbox import OUTBOX
from wallets.events.token_audience import assets_told
from wallets.follower.address_reading import Owned
from wallets.follower.token_reading import TokenFinding
from wallets.models import Balance, Token, TokenWatch
from wallets.models.token_state import TokenState

_BATCH = 500
_MOST_UNREAD = 500
"""So many balances of newly named tokens are read in a turn."""
MOST_CHECKED = 20
"""So many contracts are asked what they are before the next block is looked for."""


def named_tokens(name: str, addresses: Collection[str], listed: Collection[str]) -> Mapping[Owned, frozenset[int]]:
    """Return the owners who have named a token that isn't listed, by address and contract."""
    found: defaultdict[Owned, set[int]] = defaultdict(set)
    for address, contract, owner_id in _NAMED.rows(chain=name, addresses=addresses):
        if contract not in listed:
            found[address, contract].add(owner_id)
    return {owned: frozenset(owners) for owned, owners in found.items()}


def named_never_read(name: str, listed: Collection[str]) -> Sequence[Owned]:
    """Return some of the balances of named tokens that were never read, of those named last."""
    read = Balance.objects.filter(chain=name, address=OuterRef("wallet__address"), asset=OuterRef("contract"))
    rows = _followed(name).filter(~Exists(read)).exclude(contract__in=listed).order_by("-id")
    return list(rows.values_list("wallet__address", "contract")[:_MOST_UNREAD])


def contracts_unchecked(name: str) -> Sequence[str]:
    """Return some of the contracts that users have named and that weren't asked yet, of those named first."""
    unchecked = TokenWatch.objects.filter(wallet__chain=name, state=TokenState.CHECKING.value)
    first = unchecked.values("contract").annotate(first=Min("id")).order_by("first")
    return list(first.values_list("contract", flat=True)[:MOST_CHECKED])


@transaction.atomic
def tokens_store(name: str, found: Mapping[str, TokenFinding], *, fence: Fence | None, now: datetime) -> None:
    """Store what contracts are found to be, and tell those who have named them; raise `LeaseLostError`.

    What is held of a token is told where that is known; else once it is read. What is stored of a token already stays:
    staff may have said it.
    """
    checking = TokenWatch.objects.filter(wallet__chain=name, state=TokenState.CHECKING.value, contract__in=found)
    watches = list(checking.select_for_update(of=("self",)).select_related("wallet__chain"))
    for watch in watches:
        _judge(watch, found[watch.contract])
    TokenWatch.objects.bulk_update(watches, ["state", "reason"])
    OUTBOX.append(_balances_told([watch for watch in watches if _tells_balance(watch)]), now=now)
    refused = [watch for watch in watches if watch.reason]
    if refused:
        notices_store(list(map(_notice, refused)), now=now)
    lease_hold(fence)


def _tells_balance(watch: TokenWatch) -> bool:
    """Return whether its balance may be told: of a wallet that is being read it is told with all others."""
    return watch.state == TokenState.FOLLOWED.value and not watch.wallet.is_being_read


def _judge(watch: TokenWatch, finding: TokenFinding) -> None:
    """Set what has become of a named token."""
    if isinstance(finding, NoTokenError):
        watch.state, watch.reason = TokenState.NO_TOKEN.value, str(finding)
        return
    Token.objects.get_or_create(
        chain_id=watch.wallet.chain_id,
        address=watch.contract,
        defaults={"symbol": finding.symbol, "name": finding.name, "decimals": finding.decimals},
    )
    watch.state = TokenState.FOLLOWED.value


def _balances_told(watches: Sequence[TokenWatch]) -> Iterator[PendingEvent]:
    """Yield what their owners are told of balances that are known already, because others have named the tokens."""
    for batch in batched(watches, _BATCH):
        chain, wallets = batch[0].wallet.chain, [watch.wallet for watch in batch]
        contracts = {watch.contract for watch in batch}
        assets = assets_told(chain, wallets, among=contracts)
        rows = Balance.objects.filter(chain=chain, asset__in=contracts, address__in={each.address for each in wallets})
        held = {(row.address, row.asset): row for row in rows}
        for watch in batch:
            if row := held.get((watch.wallet.address, watch.contract)):
                event = balance_event(row, watch.wallet, assets[watch.wallet_id][watch.contract])
                yield PendingEvent(event=event, owner_id=watch.wallet.owner_id, subject_id=chain.pk)


def _notice(watch: TokenWatch) -> Notice:
    return no_token_notice(
        watch.wallet.owner_id,
        chain=watch.wallet.chain_id,
        wallet=watch.wallet.label or with_checksum(watch.wallet.address),
        contract=with_checksum(watch.contract),
        reason=watch.reason,
    )


def _followed(name: str | Given) -> QuerySet[TokenWatch]:
    return TokenWatch.objects.filter(wallet__chain=name, state=TokenState.FOLLOWED.value)


_NAMED = CompiledQuery(
    TokenWatch,
    lambda: (
        _followed(Given("chain"))
        .filter(Among("wallet__address", Given("addresses")))
        .order_by()
        .values_list("wallet__address", "contract", "wallet__owner_id")
    ),
)
