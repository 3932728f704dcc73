"""Finding accounts, beginning anew and limiting them, for commands and REST."""

from django.conf import settings

from streaming.commands.access import StaffPermission
from streaming.commands.parameters import NoParameters
from streaming.commands.use_cases import Caller, UseCase
from streaming.identity.scopes import Scope
from trading.accounts import services
from trading.accounts.answers import AccountAnswer, AccountsAnswer, account_answer
from trading.accounts.errors import LimitsSetByStaffError
from trading.accounts.limits_answers import AccountLimitsAnswer, LimitsAnswer, account_limits_answer, limits_answer
from trading.accounts.parameters import AccountLimits, AccountName
from trading.accounts.resetting import account_reset
from trading.accounts.selectors import account_reached, accounts_of
from trading.live.actors import actor_of
from trading.live.shown_prices import Prices, prices_of
from trading.models import RiskLimits, TradingAccount
from trading.risk.limits import LIMITS
from trading.risk.usage import account_at_stake

MAY_VIEW = StaffPermission("trading.view_tradingaccount")
MAY_CHANGE = StaffPermission("trading.change_tradingaccount")
MAY_LIMIT = StaffPermission("trading.change_risklimits")
"""What staff need, as in the admin, for the accounts of others."""
_THROTTLE = "THROTTLE_ACCOUNTS"


def _symbols(caller: Caller, given: AccountName) -> frozenset[str]:
    account = _reached(caller, given, MAY_VIEW)
    return frozenset(one.symbol for one in account_at_stake(account.pk, now=caller.now).assets)


_prices = prices_of(_symbols)


def _list(caller: Caller, _: NoParameters) -> AccountsAnswer:
    """List one's accounts, the default one first."""
    services.account_for(owner_id=caller.user_id, account_id=None, now=caller.now)
    items = [_answer(caller, account) for account in accounts_of(caller.user_id)]
    return AccountsAnswer(items=items, total=len(items))


def _get(caller: Caller, given: AccountName) -> AccountAnswer:
    """Return an account as it is now."""
    return _answer(caller, _reached(caller, given, MAY_VIEW))


def _reset(caller: Caller, given: AccountName) -> AccountAnswer:
    """Begin anew: cancel the orders of a demo account, and give it the balances that one begins with."""
    account = _reached(caller, given, MAY_CHANGE)
    account_reset(actor=actor_of(caller), account=account, now=caller.now)
    account.refresh_from_db()
    return _answer(caller, account)


def _limits(caller: Caller, given: AccountName, prices: Prices) -> AccountLimitsAnswer:
    """Return the limits of an account, what is used of each now, and those that a new account has."""
    account = _reached(caller, given, MAY_VIEW)
    return account_limits_answer(
        RiskLimits.objects.filter(account=account).first(),
        account_at_stake(account.pk, now=caller.now),
        prices,
        account=account.pk,
        changeable=_may_limit(caller, account),
    )


def _set_limits(caller: Caller, given: AccountLimits) -> LimitsAnswer:
    """Set the limits that each order of an account is held against."""
    account = _reached(caller, given, MAY_LIMIT)
    if not _may_limit(caller, account):
        raise LimitsSetByStaffError
    limits = {name: getattr(given, name) for name in LIMITS}
    row = services.limits_set(actor=actor_of(caller), account=account, limits=limits, now=caller.now)
    return limits_answer(row)


def _reached(caller: Caller, given: AccountName, others: StaffPermission) -> TradingAccount:
    if given.account is None:
        return services.account_for(owner_id=caller.user_id, account_id=None, now=caller.now)
    return account_reached(reader=caller.reader(others), account_id=given.account)


def _may_limit(caller: Caller, account: TradingAccount) -> bool:
    is_own = account.owner_id == caller.user_id and settings.RISK_LIMITS_SET_BY_USERS
    return is_own or caller.is_one_of(MAY_LIMIT)


def _answer(caller: Caller, account: TradingAccount) -> AccountAnswer:
    return account_answer(account, caller.write_time, caller.clock.now_ms())


LIST_ACCOUNTS = UseCase(parameters=NoParameters, act=_list, answer=AccountsAnswer)
GET_ACCOUNT = UseCase(parameters=AccountName, act=_get, answer=AccountAnswer, others=MAY_VIEW)
RESET_ACCOUNT = UseCase(
    parameters=AccountName,
    act=_reset,
    answer=AccountAnswer,
    others=MAY_CHANGE,
    changes=True,
    throttle=_THROTTLE,
    scope=Scope.TRADE,
)
ACCOUNT_LIMITS = UseCase(
    parameters=AccountName, act=_limits, gather=_prices, answer=AccountLimitsAnswer, others=MAY_VIEW
)
SET_ACCOUNT_LIMITS = UseCase(
    parameters=AccountLimits,
    act=_set_limits,
    answer=LimitsAnswer,
    others=MAY_LIMIT,
    changes=True,
    throttle=_THROTTLE,
    scope=Scope.TRADE,
)
