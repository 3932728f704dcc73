"""What becomes of firings and notifications that are old: they are deleted, little by little."""
