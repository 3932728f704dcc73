"""State that is kept in step with the server, and updates that are shown before the server has decided."""
