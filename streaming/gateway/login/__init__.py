"""Who a connection belongs to: what it shows, how many there may be, and how that changes."""
