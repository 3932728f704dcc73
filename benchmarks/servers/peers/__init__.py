"""The servers beside which ours is measured: each one file, written as its own documentation recommends.

Each tells whoever connects everything that is published, uncompressed, and prints `Listening on …` once it does. All
but nchan, whose interface to applications is HTTP, take it from Redis by the client that is usual where they are used.
"""
