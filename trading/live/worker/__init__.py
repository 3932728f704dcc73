"""What the worker that holds the lease does: it follows the markets, and drives what is stored."""
