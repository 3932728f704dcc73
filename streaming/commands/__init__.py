"""Commands as apps declare them: parameters, who may give one, what it is refused with, and that it acts once.

What does them for a connection is the gateway's (`streaming.gateway.commands`).
"""
