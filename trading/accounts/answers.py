"""What is answered of accounts: the data of `account:`, with their limits."""

from collections.abc import Sequence

import msgspec

from streaming.commands.use_cases import JsonNumber
from streaming.numbers import json_number
from streaming.times import WriteTime, WrittenTime, milliseconds, written_time
from trading.accounts.limits_answers import LimitsAnswer, limits_answer
from trading.accounts.selectors import balances_of
from trading.engine.risk.levels import TradingLevel
from trading.events import AccountMode
from trading.kill_switch.selectors import level_for
from trading.models import RiskLimits, TradingAccount


class BalanceAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What there is of an asset; `locked` is bound in open orders and in grids."""

    asset: str
    free: JsonNumber
    locked: JsonNumber


class AccountAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An account as it is now; `trading` is what may be ordered, `cancel_all_at` when all orders are cancelled."""

    account: str
    name: str
    default: bool
    mode: AccountMode
    demo: bool
    balances: Sequence[BalanceAnswer]
    trading: TradingLevel
    limits: LimitsAnswer
    maker_fee: JsonNumber
    taker_fee: JsonNumber
    cancel_all_at: WrittenTime | None
    created: WrittenTime
    timestamp: WrittenTime


class AccountsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One's accounts, the default one first."""

    items: Sequence[AccountAnswer]
    total: int


def account_answer(account: TradingAccount, write_time: WriteTime, now_ms: int) -> AccountAnswer:
    """Return the one JSON of an account."""
    return AccountAnswer(
        account=account.pk,
        name=account.name,
        default=account.is_default,
        mode=AccountMode.PAPER,
        demo=account.is_demo,
        balances=[
            BalanceAnswer(asset=one.asset, free=json_number(one.free), locked=json_number(one.locked))
            for one in balances_of(account)
        ],
        trading=level_for(account.owner_id),
        limits=limits_answer(RiskLimits.objects.filter(account=account).first()),
        maker_fee=json_number(account.maker_fee),
        taker_fee=json_number(account.taker_fee),
        cancel_all_at=written_time(account.cancel_all_at, write_time),
        created=write_time(milliseconds(account.created_at)),
        timestamp=write_time(now_ms),
    )
