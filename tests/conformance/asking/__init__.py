"""How a test speaks to a place: by each dialect, over HTTP, and through the admin's forms."""
