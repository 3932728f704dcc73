"""A node of an Ethereum-style chain, on a real socket, over a small chain of its own from a seed and a clock.

It shares no code with what follows a chain, so that a mistake in one shows against the other. Its pure core is `chain`:
accounts, tokens, the pool, blocks, reorganisations; `rpc` is how it is asked and told of (JSON-RPC as geth speaks it),
`node` puts them on a socket, and through `control` a test asks for what a chain does seldom.
"""
