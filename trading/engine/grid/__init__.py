"""Grid trading: the lines, what they cost and earn, and which orders should exist."""
