"""Follow the chains of the database that the environment names, without telling anybody, until killed."""

import asyncio
import sys

import django


async def _follow() -> None:
    from streaming.clock import SystemClock  # noqa: PLC0415 - Django has to be set up first
    from streaming.workers.database_thread import DatabaseThread  # noqa: PLC0415
    from wallets.follower.chain_follower import ChainFollower  # noqa: PLC0415
    from wallets.follower.storage import ChainStorage  # noqa: PLC0415
    from wallets.follower.stored_chain import chains_enabled  # noqa: PLC0415

    database, clock = DatabaseThread("chain"), SystemClock()
    (chain,) = await database.run(chains_enabled)
    storage = ChainStorage(chain.name, database, fence=None, clock=clock, stored=lambda: None, report=lambda *_: None)
    sys.stdout.write("it follows\n")
    sys.stdout.flush()
    await ChainFollower(chain, storage, clock=clock).run()


if __name__ == "__main__":
    django.setup()
    asyncio.run(_follow())
