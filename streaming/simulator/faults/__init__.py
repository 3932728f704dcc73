"""What can go wrong on request: which faults there are, how people write them, and what they do to frames."""
