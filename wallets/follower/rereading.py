"""Reading our blocks afresh, as staff ask by starting over from a block: what was missed is stored, and told."""

from wallets.follower.block_reading import blocks_reread
from wallets.follower.followed_chain import FollowedChain, Position
from wallets.follower.storage import ChainStorage
from wallets.follower.update_analysis import UpdateAnalysis, touched_addresses
from wallets.nodes.node import Node


async def our_blocks_reread(
    node: Node, chain: FollowedChain, storage: ChainStorage, position: Position, *, head: int, most: int
) -> bool:
    """Read some blocks afresh that are still to be, `most` at most; return whether any were.

    None are from where the node's chain isn't ours: following it takes back what differs.
    """
    if position.known is None or position.reread is None:
        return False
    read = await blocks_reread(node, position.known, position.reread, head, most)
    if not read.blocks:
        return False
    afresh = [each.block.reference for each in read.blocks]
    facts = await storage.facts(touched_addresses(read, ()), read.update, pool=(), afresh=afresh)
    analysis = UpdateAnalysis(node, chain=chain, known=position.known, read=read, facts=facts, pool={})
    await storage.store(await analysis.analysed(asks_pool=False), state=position.state)
    return True
