"""One chain, followed by the worker: what the nodes say is read, judged, stored in one transaction, and then told.

`block_reading`, `address_reading` and `token_reading` ask a node, `update_storing` is all that is stored of an update,
`named_tokens` what contracts are found to be that users have named; `chain_follower` drives them for one chain.
"""
