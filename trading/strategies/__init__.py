"""Live strategies as users have them: started, paused, stopped and found, by commands and REST alike."""
