"""What learning costs, and whether it is honest."""
