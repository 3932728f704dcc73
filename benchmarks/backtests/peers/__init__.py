"""The libraries beside which ours is measured: each one program for the Python that PEERS_PYTHON names.

Each reads candles (open, high, low, close in cents, volume in 10⁻⁵) from the file that it is given, runs the cross of
two simple moving averages over them (10 and 30 closes, 1 % of what all is worth for each position, at the next open,
with fees of 0.1 %), and prints as JSON what that took, from candles in memory to the library's own statistics. None of
them is a dependency: they are installed by hand for this alone.
"""
