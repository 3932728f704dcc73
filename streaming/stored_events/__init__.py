"""Events that are stored with what they tell of, and published later by one worker, in their order.

An app has a table of them (`model`), an `EventOutbox` over it, and in its worker an `OutboxPublisher` of that.
"""
