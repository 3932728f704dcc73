"""Where tokens come from, until when they are good, and logging in by them."""
