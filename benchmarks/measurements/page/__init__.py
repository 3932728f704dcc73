"""Of the dashboard in a real browser."""
