"""One chain, followed by the worker: what the nodes say is read, judged, stored in one transaction, and then told.

`block_reading` and `address_reading` ask a node, `storing` is all that is stored of an update, `chain_follower` drives
both for one chain.
"""
