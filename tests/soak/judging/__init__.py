"""What was made, what each witness saw of it, and whether that is all that it was owed. Pure."""
