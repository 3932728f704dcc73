"""The terminal client: connects like anybody else's program, and prints what it hears.

errors → address → options, credentials → connection → run; reading → market_groups → formatting, summary are pure.
Connecting, logging in, reading frames and coming back are the client library's (`tidewire_client`). It imports nothing
of the servers: what it knows of them is what is on the wire.
"""
