"""How a chain is followed, pure: a node is asked by whoever has a connection to it.

`node_answers` reads what it answers. `known_blocks` is our chain as far as it can be taken back, `reorganisation` finds
how it becomes the node's, and `block_effects` which watched addresses a block touches, by its transactions and
`token_transfers`.
"""
