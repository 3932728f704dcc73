"""What a follower stores of an update of its chain."""
