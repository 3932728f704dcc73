"""The fingerprint: of candles, code and parameters, and of nothing else."""

import msgspec

from tests.trading.engine.backtests.results.series import plan_of, random_walk
from trading.engine.backtests.results.fingerprint import Fingerprint, code_hash, fingerprint_of

_MODULE = "trading.engine.strategies.strategy"


def _of(seed: int = 1, **changes: object) -> Fingerprint:
    candles = random_walk(seed, count=50)
    return fingerprint_of(plan_of(candles, **changes), candles, strategy_module=_MODULE)


def test_it_is_the_same_for_the_same_candles_code_and_parameters() -> None:
    assert _of(parameters={"fast": 1, "slow": 2}) == _of(parameters={"slow": 2, "fast": 1})


def test_it_changes_with_the_candles() -> None:
    first, second = _of(1), _of(2)
    assert (first.data != second.data, first.code == second.code, first.parameters == second.parameters) == (True,) * 3
    assert first.hash != second.hash


def test_it_changes_with_any_of_what_the_plan_says() -> None:
    changed = [_of(), _of(parameters={"fast": 2}), _of(seed=1, strategy="other"), _of(maker_fee=0), _of(slippage=0)]
    assert len({found.parameters for found in changed}) == len({found.hash for found in changed}) == len(changed)


def test_it_changes_with_the_code_of_a_strategy_that_another_package_defines() -> None:
    assert code_hash(_MODULE) == code_hash("trading.engine.fees")
    assert code_hash("tests.trading.engine.instruments") != code_hash(_MODULE)
    assert code_hash("__main__")
    assert len(msgspec.structs.astuple(_of())) == 4
