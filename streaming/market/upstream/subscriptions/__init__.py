"""What the exchange is to send and what it sends: the requests between the two, and what they were answered. Pure."""
