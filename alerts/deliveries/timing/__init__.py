"""When a delivery goes out: quiet hours, caps, digests, one channel after the other, and trying again."""
