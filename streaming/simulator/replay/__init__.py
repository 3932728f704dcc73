"""A recorded session of an exchange, read from its file and played again."""
