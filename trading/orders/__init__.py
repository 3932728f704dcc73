"""Orders as users give them: placed, cancelled and found, by commands and REST alike."""
