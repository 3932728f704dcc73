"""What the protocol promises and no app does yet, known so that a client is told that it is no mistake of its own.

An app that declares one of these takes its place by that; what is written here of it then goes.
"""
