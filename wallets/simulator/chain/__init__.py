"""The simulated chain, without a socket: who owns what, what waits, what blocks have, what a reorganisation does."""
