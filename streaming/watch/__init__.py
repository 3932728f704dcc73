"""The terminal client: connects like anybody else's program, and prints what it hears.

errors → address → options, credentials → connection → run. Pure are reading, groups → market_groups, system_groups →
formatting, summary.
Connecting, logging in, reading frames and coming back are the client library's (`tidewire_client`). It imports nothing
of the servers: what it knows of them is what is on the wire. What is printed of an app's channels, the app declares.
"""
