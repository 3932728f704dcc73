"""What long-running parts need: presence, repeating work, a thread for the database, and forgetting what is old."""
