"""One connection: its life, its login, its heartbeat, and what its frames go through."""
