"""What an update of a chain means, with the help of its node."""
