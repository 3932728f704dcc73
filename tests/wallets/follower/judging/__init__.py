"""What an update of a chain is judged to mean, with the help of its node."""
