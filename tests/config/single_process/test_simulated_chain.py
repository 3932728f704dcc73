"""How the demo's chain behaves."""

from config.single_process.simulated_chain import chain_settings
from wallets.demo import DEMO_WALLETS
from wallets.simulator.chain.growth import Growth

_TWENTY_MINUTES = 20 * 60


def test_the_demos_wallets_do_so_little_that_each_notice_of_it_can_be_read() -> None:
    settings = chain_settings()
    growth = Growth(7, settings, now=0)
    begun = growth.chain.head.number
    own = [address.removeprefix("0x") for address in growth.chain.accounts[:DEMO_WALLETS]]
    while growth.chain.head.time < _TWENTY_MINUTES:
        growth.grow_until(_TWENTY_MINUTES)
    mined = [outcome for block in growth.chain.blocks if block.number > begun for outcome in block.outcomes]
    touching = [outcome for outcome in mined if any(digits in repr(outcome) for digits in own)]
    assert 5 <= len(touching) <= 12
