"""Events that are stored with what they tell of, and published later by one worker, in their order.

An app has a table of them (`model`), an `Outbox` over it, and in its worker a `Publisher` of that.
"""
