"""The page's own connection: its dock, and what a reader sees while the server is away."""
