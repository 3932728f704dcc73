"""The bridge: the worker that reads the exchange for all processes, what they tell it, and what it tells of itself."""
