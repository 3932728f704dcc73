"""By how much a price differs from that of an hour before, which no exchange sends."""
