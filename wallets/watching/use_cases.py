"""Watching wallets and transactions, and asking for them, for commands and REST."""

from streaming.commands.access import StaffPermission
from streaming.commands.parameters import NoParameters
from streaming.commands.use_cases import Caller, UseCase
from streaming.identity.scopes import Scope
from wallets.models import Wallet
from wallets.watching import services, token_services
from wallets.watching.answers import (
    BlocksAnswer,
    ChainsAnswer,
    RemovedAnswer,
    TransactionAnswer,
    TransactionsAnswer,
    WalletAnswer,
    WalletHistoryAnswer,
    WalletsAnswer,
    blocks_answer,
    chains_answer,
    history_answer,
    transaction_answer,
    transactions_answer,
    wallet_answer,
    wallets_answer,
)
from wallets.watching.parameters import (
    ChainQuery,
    NewWallet,
    TransactionName,
    TransactionQuery,
    WalletHistoryQuery,
    WalletLabel,
    WalletName,
    WalletQuery,
    WalletToken,
)
from wallets.watching.selectors import (
    blocks_page,
    chains_followed,
    history_page,
    transaction_reached,
    transactions_page,
    wallet_reached,
    wallets_page,
    with_balances,
)

MAY_VIEW = StaffPermission("wallets.view_wallet")
MAY_CHANGE = StaffPermission("wallets.change_wallet")
MAY_DELETE = StaffPermission("wallets.delete_wallet")
MAY_VIEW_TRANSACTIONS = StaffPermission("wallets.view_chaintransaction")
"""What staff need, as in the admin, for what is another's."""
_THROTTLE = "THROTTLE_WALLETS"


def _add(caller: Caller, given: NewWallet) -> WalletAnswer:
    """Watch an address of a chain; its balances come once the chain was asked for them."""
    return _answer(caller, services.wallet_add(owner_id=caller.user_id, given=given, now=caller.now))


def _remove(caller: Caller, given: WalletName) -> RemovedAnswer:
    """Watch a wallet no longer, nor the transactions that were watched because of it."""
    services.wallet_remove(wallet=wallet_reached(reader=caller.reader(MAY_DELETE), wallet_id=given.id))
    return RemovedAnswer(id=given.id)


def _rename(caller: Caller, given: WalletLabel) -> WalletAnswer:
    """Give a wallet another label."""
    wallet = wallet_reached(reader=caller.reader(MAY_CHANGE), wallet_id=given.id)
    return _answer(caller, services.wallet_rename(wallet=wallet, label=given.label))


def _list(caller: Caller, query: WalletQuery) -> WalletsAnswer:
    """List one's wallets with their balances, the oldest first."""
    return wallets_answer(wallets_page(owner_id=caller.user_id, query=query), caller.write_time)


def _get(caller: Caller, given: WalletName) -> WalletAnswer:
    """Return a wallet with its balances."""
    return _answer(caller, wallet_reached(reader=caller.reader(MAY_VIEW), wallet_id=given.id))


def _history(caller: Caller, query: WalletHistoryQuery) -> WalletHistoryAnswer:
    """List what came to and went from a wallet, the newest first."""
    wallet = wallet_reached(reader=caller.reader(MAY_VIEW), wallet_id=query.id)
    return history_answer(history_page(wallet=wallet, query=query), caller.write_time)


def _add_token(caller: Caller, given: WalletToken) -> WalletAnswer:
    """Follow a token for a wallet, by its contract; `state` says whether it is one, once the contract was asked."""
    wallet = wallet_reached(reader=caller.reader(MAY_CHANGE), wallet_id=given.id)
    token_services.token_name(wallet=wallet, given=given, now=caller.now)
    return _answer(caller, wallet)


def _remove_token(caller: Caller, given: WalletToken) -> WalletAnswer:
    """Follow a token that was named for a wallet no longer."""
    wallet = wallet_reached(reader=caller.reader(MAY_CHANGE), wallet_id=given.id)
    token_services.token_remove(wallet=wallet, given=given)
    return _answer(caller, wallet)


def _answer(caller: Caller, wallet: Wallet) -> WalletAnswer:
    [found] = with_balances([wallet])
    return wallet_answer(found, caller.write_time)


def _watch(caller: Caller, given: TransactionName) -> TransactionAnswer:
    """Watch a transaction of a chain, by its hash."""
    row = services.transaction_watch(owner_id=caller.user_id, given=given, now=caller.now)
    return transaction_answer(row, caller.write_time)


def _unwatch(caller: Caller, given: TransactionName) -> TransactionAnswer:
    """Watch a transaction no longer; return it as it is."""
    row = services.transaction_unwatch(owner_id=caller.user_id, given=given)
    return transaction_answer(row, caller.write_time)


def _status(caller: Caller, given: TransactionName) -> TransactionAnswer:
    """Return a watched transaction as it is now."""
    row = transaction_reached(reader=caller.reader(MAY_VIEW_TRANSACTIONS), given=given)
    return transaction_answer(row, caller.write_time)


def _transactions(caller: Caller, query: TransactionQuery) -> TransactionsAnswer:
    """List the transactions that one watches, the newest first."""
    return transactions_answer(transactions_page(owner_id=caller.user_id, query=query), caller.write_time)


def _chains(caller: Caller, _: NoParameters) -> ChainsAnswer:
    """List the chains that are followed, and how far each is."""
    return chains_answer(chains_followed(), caller.write_time, now=caller.now)


def _blocks(caller: Caller, query: ChainQuery) -> BlocksAnswer:
    """List a chain's newest blocks, the newest first."""
    return blocks_answer(blocks_page(query=query), caller.write_time)


ADD_WALLET = UseCase(
    parameters=NewWallet,
    act=_add,
    answer=WalletAnswer,
    changes=True,
    throttle=_THROTTLE,
    scope=Scope.WALLETS,
    status=201,
)
REMOVE_WALLET = UseCase(
    parameters=WalletName,
    act=_remove,
    answer=RemovedAnswer,
    others=MAY_DELETE,
    changes=True,
    throttle=_THROTTLE,
    scope=Scope.WALLETS,
)
RENAME_WALLET = UseCase(
    parameters=WalletLabel,
    act=_rename,
    answer=WalletAnswer,
    others=MAY_CHANGE,
    changes=True,
    throttle=_THROTTLE,
    scope=Scope.WALLETS,
)
ADD_TOKEN = UseCase(
    parameters=WalletToken,
    act=_add_token,
    answer=WalletAnswer,
    others=MAY_CHANGE,
    changes=True,
    throttle=_THROTTLE,
    scope=Scope.WALLETS,
    status=201,
)
REMOVE_TOKEN = UseCase(
    parameters=WalletToken,
    act=_remove_token,
    answer=WalletAnswer,
    others=MAY_CHANGE,
    changes=True,
    throttle=_THROTTLE,
    scope=Scope.WALLETS,
)
LIST_WALLETS = UseCase(parameters=WalletQuery, act=_list, answer=WalletsAnswer)
GET_WALLET = UseCase(parameters=WalletName, act=_get, answer=WalletAnswer, others=MAY_VIEW)
WALLET_HISTORY = UseCase(parameters=WalletHistoryQuery, act=_history, answer=WalletHistoryAnswer, others=MAY_VIEW)
WATCH_TRANSACTION = UseCase(
    parameters=TransactionName,
    act=_watch,
    answer=TransactionAnswer,
    changes=True,
    throttle=_THROTTLE,
    scope=Scope.WALLETS,
    status=201,
)
UNWATCH_TRANSACTION = UseCase(
    parameters=TransactionName,
    act=_unwatch,
    answer=TransactionAnswer,
    changes=True,
    throttle=_THROTTLE,
    scope=Scope.WALLETS,
)
TRANSACTION_STATUS = UseCase(
    parameters=TransactionName, act=_status, answer=TransactionAnswer, others=MAY_VIEW_TRANSACTIONS
)
LIST_TRANSACTIONS = UseCase(parameters=TransactionQuery, act=_transactions, answer=TransactionsAnswer)
LIST_CHAINS = UseCase(parameters=NoParameters, act=_chains, answer=ChainsAnswer)
LIST_BLOCKS = UseCase(parameters=ChainQuery, act=_blocks, answer=BlocksAnswer)
