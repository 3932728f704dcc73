"""What only others can tell to be wrong with a rule."""
