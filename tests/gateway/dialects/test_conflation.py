import msgspec
import pytest

from streaming.events import Candle, Source
from streaming.gateway.dialects.conflation import conflation_key
from tests.gateway.dialects.samples import NOW, NamedSample, Sample
from tests.gateway.dialects.samples.engine import ENGINE_SAMPLES
from tests.gateway.dialects.samples.market import MARKET_SAMPLES, RESYNC
from tests.gateway.dialects.samples.market_events import candle, price
from tests.gateway.dialects.samples.system import SYSTEM_SAMPLES
from tests.gateway.dialects.samples.user import USER_SAMPLES
from trading.events import Account

STATES = {"price", "ticker", "depth", "overview", "portfolio", "account"}
NAMED_STATES = {"grid.grid_a.status", "strategy.s_1.status", "system.health", "ops.gateways"}
"""What topics.md calls state, and what the deployment tells of itself at intervals; all else is a sequence."""


@pytest.mark.parametrize("sample", [*MARKET_SAMPLES, RESYNC, *USER_SAMPLES], ids=lambda sample: sample.channel)
def test_it_spares_slow_readers_old_states_and_nothing_else(sample: Sample) -> None:
    key = conflation_key(sample.event, sample.channel)
    told_of = f"{sample.channel}:{sample.event.state_of}" if sample.event.state_of else sample.channel
    assert key == (told_of if sample.type in STATES else None)


def test_it_keeps_the_accounts_of_one_user_apart() -> None:
    [account] = [sample.event for sample in USER_SAMPLES if sample.type == "account"]
    assert isinstance(account, Account)
    other = msgspec.structs.replace(account, account="acc_2")
    assert conflation_key(account, "account:me") != conflation_key(other, "account:me")


@pytest.mark.parametrize("sample", [*ENGINE_SAMPLES, *SYSTEM_SAMPLES], ids=lambda sample: sample.channel)
def test_it_keeps_the_states_of_different_instances_apart(sample: NamedSample) -> None:
    key = conflation_key(sample.event, "*")
    assert key == (sample.channel if sample.channel in NAMED_STATES else None)


def test_it_lets_an_open_candle_replace_only_itself() -> None:
    def key(event: Candle) -> str | None:
        return conflation_key(event, "klines:SOLUSDT:5m")

    assert key(candle(is_final=True)) is None
    assert key(candle(is_final=False)) is not None
    assert key(candle(is_final=False)) == key(candle(is_final=False)) != key(candle(is_final=False, open_time=NOW))


def test_it_keeps_the_spellings_of_a_topic_apart() -> None:
    assert conflation_key(price(), "price:BTCUSDT") != conflation_key(price(), "quotes:BTCUSDT")
    one, other = (conflation_key(candle(is_final=False), f"{name}:SOLUSDT:5m") for name in ("kline", "klines"))
    assert one != other


def test_it_lets_a_stale_value_be_replaced_by_a_newer_one() -> None:
    stale = msgspec.structs.replace(price(), stale=True, source=Source.SIMULATOR)
    assert conflation_key(stale, "price:BTCUSDT") == conflation_key(price(), "price:BTCUSDT")
