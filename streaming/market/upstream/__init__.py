"""The client of the exchange's streams: pure decisions (back-off, pacing, subscriptions) under a thin connection."""
