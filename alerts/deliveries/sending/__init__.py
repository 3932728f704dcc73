"""What a delivery worker does: it claims what is due, tries each once, and stores what has become of it."""
