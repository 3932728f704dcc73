"""What may be ordered: the levels of the kill switch, and the limits that each order is held against."""
