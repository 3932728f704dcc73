"""Whose wallets and transactions are: asked by all processes that tell of them; it loads no more."""

from wallets.models import Chain, TransactionWatch, Wallet


async def owners_of_address(address: str) -> frozenset[str]:
    """Return the ids of the users who watch an address, on whichever chain."""
    owners = Wallet.objects.filter(address=address).values_list("owner", flat=True)
    return frozenset([str(owner) async for owner in owners])


async def owners_of_transaction(transaction_hash: str) -> frozenset[str]:
    """Return the ids of the users who watch a transaction, on whichever chain."""
    owners = TransactionWatch.objects.filter(transaction__hash=transaction_hash).values_list("owner", flat=True)
    return frozenset([str(owner) async for owner in owners])


async def chain_exists(name: str) -> bool:
    """Return whether a chain of that name is followed."""
    return await Chain.objects.filter(pk=name, is_enabled=True).aexists()
