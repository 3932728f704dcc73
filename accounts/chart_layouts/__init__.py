"""Chart layouts: how a user has the chart of the page drawn, kept by name."""
