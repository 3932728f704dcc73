"""What follows from a change of a rule, wherever it was made."""
