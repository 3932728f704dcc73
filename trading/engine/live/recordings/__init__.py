"""What reaches a sub-account, recorded as it happens, and done again with the same outcome."""
