"""What a run runs, what goes wrong with it, and what it still holds in the end."""
